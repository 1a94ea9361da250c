using Azure;
using Azure.Data.Tables;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The result of an org's last login, shared by the instances. It contains the token and is encrypted.</summary>
public sealed class SharedLogin
{
    /// <summary>When the login that brought the token ended; without a token, when the rejected one did.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The token, if the login succeeded.</summary>
    public string? Token { get; init; }

    /// <summary>The host to use the token at.</summary>
    public OrgUrl? Instance { get; init; }

    /// <inheritdoc cref="AccessToken.EndsAt"/>
    public DateTimeOffset? EndsAt { get; init; }

    /// <inheritdoc cref="AccessToken.OrgId"/>
    public string? OrgId { get; init; }

    /// <inheritdoc cref="AccessToken.RefusedSince"/>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>The error, if the login was rejected. An older token is kept beside it while it is still good.</summary>
    public Problem? Refusal { get; init; }

    /// <summary>When the login was rejected.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>The same token, with a rejected attempt to replace it.</summary>
    public SharedLogin With(Problem refusal, DateTimeOffset at) => new()
    {
        At = At,
        Token = Token,
        Instance = Instance,
        EndsAt = EndsAt,
        OrgId = OrgId,
        RefusedSince = RefusedSince,
        Refusal = refusal,
        RefusedAt = at,
    };
}

/// <summary>An org's entry in the table. Each login overwrites it.</summary>
internal sealed class SharedLoginEntry
{
    public required string Partition { get; init; }

    public required string Row { get; init; }

    public ETag ETag { get; set; }

    /// <summary>The last <see cref="SharedLogin"/>.</summary>
    public byte[]? Sealed { get; set; }

    /// <summary>The last writer. Distinguishes an instance's own write, retried after a lost reply, from another's.</summary>
    public Guid? Writer { get; init; }

    /// <summary>The end of the writer's lease; <see langword="null"/> if no instance is logging in.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    // Read by hand, so that a property of an unexpected type counts as absent instead of failing.
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
