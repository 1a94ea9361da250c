using System.Text.Json.Serialization;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>An API version of the org.</summary>
internal sealed record KnownVersion(string Version);

/// <summary>The user.</summary>
internal sealed record CheckedUser([property: JsonPropertyName("Username")] string? Username);

/// <summary>A query's result: the one record of Organization.</summary>
internal sealed record CheckedOrgs(IReadOnlyList<CheckedOrg> Records);

/// <summary>The org.</summary>
internal sealed record CheckedOrg(
    [property: JsonPropertyName("Id")] string? Id,
    [property: JsonPropertyName("Name")] string? Name,
    [property: JsonPropertyName("IsSandbox")] bool? IsSandbox,
    [property: JsonPropertyName("OrganizationType")] string? OrganizationType);

/// <summary>The org's limits that a check returns.</summary>
internal sealed record KnownLimits(
    [property: JsonPropertyName("DailyApiRequests")] KnownLimit? DailyApiRequests,
    [property: JsonPropertyName("DataStorageMB")] KnownLimit? DataStorageMB,
    [property: JsonPropertyName("FileStorageMB")] KnownLimit? FileStorageMB);

/// <summary>A limit in Salesforce's form.</summary>
internal sealed record KnownLimit([property: JsonPropertyName("Max")] long Max, [property: JsonPropertyName("Remaining")] long Remaining)
{
    public CheckedLimitReply ToReply() => new() { Max = Max, Remaining = Remaining };
}

/// <summary>The parts of a description that a check reads.</summary>
internal sealed record DescribedObject(bool Queryable, bool Createable, bool Updateable, bool Deletable, IReadOnlyList<DescribedField> Fields);

/// <summary>A field of a description.</summary>
internal sealed record DescribedField(string Name);
