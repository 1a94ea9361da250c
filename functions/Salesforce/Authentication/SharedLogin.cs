using Azure;
using Azure.Data.Tables;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>How an org's last login ended, as the instances tell each other; sealed, as it holds the token.</summary>
public sealed class SharedLogin
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The token, if it was granted.</summary>
    public string? Token { get; init; }

    /// <summary>Where calls with the token go.</summary>
    public OrgUrl? Instance { get; init; }

    /// <inheritdoc cref="AccessToken.EndsAt"/>
    public DateTimeOffset? EndsAt { get; init; }

    /// <inheritdoc cref="AccessToken.OrgId"/>
    public string? OrgId { get; init; }

    /// <inheritdoc cref="AccessToken.RefusedSince"/>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>Why it was refused, if it was.</summary>
    public Problem? Refusal { get; init; }
}

/// <summary>An org's entry in the table. There is one for each configured org, written over at each login.</summary>
internal sealed class SharedLoginEntry
{
    public required string Partition { get; init; }

    public required string Row { get; init; }

    public ETag ETag { get; set; }

    /// <summary>The last <see cref="SharedLogin"/>.</summary>
    public byte[]? Sealed { get; set; }

    /// <summary>Who wrote it last: tells a write of one's own, repeated after a lost answer, from another's.</summary>
    public Guid? Writer { get; init; }

    /// <summary>Until when the writer logs in for all; <see langword="null"/>, nobody does.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    // By hand, so that a member of a type that we never write counts as absent, not as a failure.
    public static SharedLoginEntry From(TableEntity entity) => new()
    {
        Partition = entity.PartitionKey,
        Row = entity.RowKey,
        ETag = entity.ETag,
        Sealed = entity[nameof(Sealed)] as byte[],
        Writer = entity[nameof(Writer)] as Guid?,
        LeaseUntil = entity[nameof(LeaseUntil)] as DateTimeOffset?,
    };

    public TableEntity ToEntity() => new(Partition, Row)
    {
        [nameof(Sealed)] = Sealed,
        [nameof(Writer)] = Writer,
        [nameof(LeaseUntil)] = LeaseUntil,
    };
}
