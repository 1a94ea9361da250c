using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>What the check found. Each part says whether it is in order, and if not what is wrong and what to do.</summary>
public sealed record CheckReply
{
    /// <summary>Whether everything is in order.</summary>
    [Field("OK")]
    public required bool Ok { get; init; }

    /// <summary>The org's secrets in Key Vault.</summary>
    public required CheckedSecretsReply Secrets { get; init; }

    /// <summary>A new login with them.</summary>
    public required CheckedLoginReply Login { get; init; }

    /// <summary>Whether the org knows the API version.</summary>
    [Field("API version")]
    public required CheckedVersionReply ApiVersion { get; init; }

    /// <summary>Whether the user may use the REST API.</summary>
    [Field("API access")]
    public required CheckedPartReply ApiAccess { get; init; }

    /// <summary>What is left of the org's limits.</summary>
    public required CheckedLimitsReply Limits { get; init; }

    /// <summary>The sObjects that the payload names.</summary>
    public required IReadOnlyList<CheckedObjectTypeReply> ObjectTypes { get; init; }
}

/// <summary>One part of a check.</summary>
public record CheckedPartReply
{
    /// <summary>Whether it is in order.</summary>
    [Field("OK")]
    public bool Ok { get; init; }

    /// <summary>Salesforce's or the connector's code of what is wrong.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }
}

/// <summary>The org's secrets, or its signing key, in Key Vault: whether they can be read. Their values are not told.</summary>
public sealed record CheckedSecretsReply : CheckedPartReply
{
    /// <summary>The names of the secrets that were read; none if the credentials are in the payload.</summary>
    public required IReadOnlyList<string> Found { get; init; }

    /// <summary>The names of those that could not be read.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
}

/// <summary>A new login, and who and where it leads to.</summary>
public sealed record CheckedLoginReply : CheckedPartReply
{
    /// <summary>How the login is made: <c>oauth-client-credentials-flow</c>, <c>oauth-jwt-bearer-flow</c>, or <c>bearer</c> for a token that is there already.</summary>
    public required string Type { get; init; }

    /// <summary>The user that all calls are made as.</summary>
    public string? Username { get; init; }

    /// <summary>That user's record id.</summary>
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

/// <summary>The API version of calls, and the newest that the org knows.</summary>
public sealed record CheckedVersionReply : CheckedPartReply
{
    /// <summary>The version of calls.</summary>
    public required string Version { get; init; }

    /// <summary>The newest version of the org.</summary>
    public string? Newest { get; init; }
}

/// <summary>What is left of the limits that matter most.</summary>
public sealed record CheckedLimitsReply : CheckedPartReply
{
    /// <summary>Requests to the org's APIs, in 24 hours.</summary>
    [Field("Daily API requests")]
    public CheckedLimitReply? DailyApiRequests { get; init; }

    /// <summary>Megabytes of records; absent if the user may not see them.</summary>
    [Field("Data storage, MB")]
    public CheckedLimitReply? DataStorageMB { get; init; }

    /// <summary>Megabytes of files; absent if the user may not see them.</summary>
    [Field("File storage, MB")]
    public CheckedLimitReply? FileStorageMB { get; init; }
}

/// <summary>A limit, and what is left of it.</summary>
public sealed record CheckedLimitReply
{
    /// <summary>The limit.</summary>
    public long Max { get; init; }

    /// <summary>What is left of it.</summary>
    public long Remaining { get; init; }
}

/// <summary>What the user may do with records of one sObject.</summary>
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

    /// <summary>Of the fields that were asked for, those that the user does not see.</summary>
    public IReadOnlyList<string>? MissingFields { get; init; }
}
