using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>The result of the check. Each part that is not in order has an error and a remedy.</summary>
public sealed record CheckReply
{
    /// <summary>Whether everything is in order.</summary>
    [Field("OK")]
    public required bool Ok { get; init; }

    /// <summary>The org's secrets in Key Vault.</summary>
    public required CheckedSecretsReply Secrets { get; init; }

    /// <summary>A new login with these secrets.</summary>
    public required CheckedLoginReply Login { get; init; }

    /// <summary>Whether the org supports the API version.</summary>
    [Field("API version")]
    public required CheckedVersionReply ApiVersion { get; init; }

    /// <summary>Whether the user may use the REST API.</summary>
    [Field("API access")]
    public required CheckedPartReply ApiAccess { get; init; }

    /// <summary>The org's limits and what remains of them.</summary>
    public required CheckedLimitsReply Limits { get; init; }

    /// <summary>The sObjects in the payload.</summary>
    public required IReadOnlyList<CheckedObjectTypeReply> ObjectTypes { get; init; }
}

/// <summary>One part of a check.</summary>
public record CheckedPartReply
{
    /// <summary>Whether the part is in order.</summary>
    [Field("OK")]
    public bool Ok { get; init; }

    /// <summary>The error code, from Salesforce or from the connector.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error.</summary>
    public string? Problem { get; init; }

    /// <summary>How to fix the error.</summary>
    public string? Remedy { get; init; }
}

/// <summary>Whether the org's secrets or signing key can be read in Key Vault. The values are not returned.</summary>
public sealed record CheckedSecretsReply : CheckedPartReply
{
    /// <summary>The names of the secrets that were read. Empty if the credentials are in the payload.</summary>
    public required IReadOnlyList<string> Found { get; init; }

    /// <summary>The names of the secrets that could not be read.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
}

/// <summary>A new login, with its user and org.</summary>
public sealed record CheckedLoginReply : CheckedPartReply
{
    /// <summary>The flow: <c>oauth-client-credentials-flow</c>, <c>oauth-jwt-bearer-flow</c>, or <c>bearer</c> for an existing token.</summary>
    public required string Type { get; init; }

    /// <summary>The user that runs all calls.</summary>
    public string? Username { get; init; }

    /// <summary>The user's record id.</summary>
    [Field("User ID")]
    public string? UserId { get; init; }

    /// <summary>The org's name.</summary>
    public string? OrganizationName { get; init; }

    /// <summary>The org's id.</summary>
    [Field("Organization ID")]
    public string? OrganizationId { get; init; }

    /// <summary>The org's edition, such as <c>Developer Edition</c>.</summary>
    public string? OrganizationType { get; init; }

    /// <summary>Whether the org is a sandbox.</summary>
    public bool? IsSandbox { get; init; }
}

/// <summary>The API version of calls, and the newest one of the org.</summary>
public sealed record CheckedVersionReply : CheckedPartReply
{
    /// <summary>The version of calls.</summary>
    public required string Version { get; init; }

    /// <summary>The newest version of the org.</summary>
    public string? Newest { get; init; }
}

/// <summary>What remains of the most important limits.</summary>
public sealed record CheckedLimitsReply : CheckedPartReply
{
    /// <summary>Requests to the org's APIs in 24 hours.</summary>
    [Field("Daily API requests")]
    public CheckedLimitReply? DailyApiRequests { get; init; }

    /// <summary>Data storage in megabytes. Absent if the user cannot see it.</summary>
    [Field("Data storage, MB")]
    public CheckedLimitReply? DataStorageMB { get; init; }

    /// <summary>File storage in megabytes. Absent if the user cannot see it.</summary>
    [Field("File storage, MB")]
    public CheckedLimitReply? FileStorageMB { get; init; }
}

/// <summary>A limit, and what remains of it.</summary>
public sealed record CheckedLimitReply
{
    /// <summary>The limit.</summary>
    public long Max { get; init; }

    /// <summary>What remains of the limit.</summary>
    public long Remaining { get; init; }
}

/// <summary>The permissions of the user for one sObject.</summary>
public sealed record CheckedObjectTypeReply : CheckedPartReply
{
    /// <summary>The sObject's API name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its records can be queried.</summary>
    public bool? Query { get; init; }

    /// <summary>Whether they can be created.</summary>
    public bool? Create { get; init; }

    /// <summary>Whether they can be updated.</summary>
    public bool? Update { get; init; }

    /// <summary>Whether they can be deleted.</summary>
    public bool? Delete { get; init; }

    /// <summary>The requested fields that the user cannot see.</summary>
    public IReadOnlyList<string>? MissingFields { get; init; }
}
