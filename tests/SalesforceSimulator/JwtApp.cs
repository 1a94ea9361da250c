using System.Security.Cryptography.X509Certificates;

namespace SalesforceSimulator;

/// <summary>What the org's external client app says about logins by JWT bearer.</summary>
/// <param name="Certificate">The certificate that was uploaded. Each app has one.</param>
public sealed record JwtApp(X509Certificate2 Certificate)
{
    /// <summary>The only user that there is a token for.</summary>
    public string UserName { get; init; } = "irene.integration@example.com";

    public JwtApproval Approval { get; init; }
}

/// <summary>What the app's policies say about its user.</summary>
public enum JwtApproval
{
    /// <summary>Admin approved users are pre-authorized, and the user is one of them.</summary>
    PreAuthorized,

    /// <summary>All users may authorize themselves, and this one never did.</summary>
    NotAuthorized,

    /// <summary>Admin approved users are pre-authorized, and the user is none of them.</summary>
    NotAssigned,
}
