using System.Text.Json.Serialization;

namespace SalesforceSimulator;

/// <summary>Whether the org lets its user log in, by any flow, and if not, why.</summary>
/// <remarks>Salesforce Help, "OAuth Authorization Errors". The descriptions are an assumption.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<LoginState>))]
public enum LoginState
{
    /// <summary>Logins are let in.</summary>
    Open,

    /// <summary>The external client app is not installed in the org: <c>app_not_found</c>.</summary>
    AppNotInstalled,

    /// <summary>The user has been deactivated: <c>inactive_user</c>.</summary>
    UserInactive,

    /// <summary>The org is locked, closed or suspended: <c>inactive_org</c>.</summary>
    OrgInactive,

    /// <summary>The address or the hour is none that the user may log in from or at: <c>invalid_grant</c>.</summary>
    Restricted,
}
