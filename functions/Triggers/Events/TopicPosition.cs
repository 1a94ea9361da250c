using Azure;
using Azure.Data.Tables;

namespace SalesforceConnector.Triggers.Events;

/// <summary>How far a subscription has come, and which instance receives it: one entry in Table storage.</summary>
internal sealed class TopicPosition
{
    public const string Row = "position";

    /// <summary>The subscription's name.</summary>
    public required string Subscription { get; init; }

    public required string Org { get; init; }

    public required string Topic { get; init; }

    public ETag ETag { get; set; }

    /// <summary>The replay id of the last event that is on the queue, or delivered; <see langword="null"/> if there is none yet.</summary>
    public byte[]? ReplayId { get; set; }

    /// <summary>When Salesforce last sent an event, or said that there is none.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>Whether the subscription begins at the earliest event, as long as it has no <see cref="ReplayId"/>.</summary>
    public bool FromEarliest { get; set; }

    /// <summary>
    /// When the subscription began with the latest event, until Salesforce sends a position. It stays if the subscription had to go on
    /// from the earliest event instead.
    /// </summary>
    public DateTimeOffset? LatestSince { get; set; }

    /// <summary>How often Salesforce refused the subscription in a row.</summary>
    public int Refusals { get; set; }

    /// <summary>When it is tried again after a refusal, or a delivery that has failed.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>How often the delivery of the next event has failed in a row.</summary>
    public int DeliveryFailures { get; set; }

    /// <summary>When it failed first.</summary>
    public DateTimeOffset? DeliveryFailedSince { get; set; }

    /// <summary>The run that receives the topic.</summary>
    public Guid? Owner { get; set; }

    /// <summary>When another run can take over.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    public static TopicPosition From(TableEntity entity) => new()
    {
        Subscription = entity.PartitionKey,
        Org = entity.GetString(nameof(Org)) ?? "",
        Topic = entity.GetString(nameof(Topic)) ?? "",
        ETag = entity.ETag,
        ReplayId = entity.GetBinary(nameof(ReplayId)),
        ConfirmedAt = entity.GetDateTimeOffset(nameof(ConfirmedAt)),
        FromEarliest = entity.GetBoolean(nameof(FromEarliest)) == true,
        LatestSince = entity.GetDateTimeOffset(nameof(LatestSince)),
        Refusals = entity.GetInt32(nameof(Refusals)) ?? 0,
        PausedUntil = entity.GetDateTimeOffset(nameof(PausedUntil)),
        DeliveryFailures = entity.GetInt32(nameof(DeliveryFailures)) ?? 0,
        DeliveryFailedSince = entity.GetDateTimeOffset(nameof(DeliveryFailedSince)),
        Owner = entity.GetGuid(nameof(Owner)),
        LeaseUntil = entity.GetDateTimeOffset(nameof(LeaseUntil)),
    };

    public TableEntity ToEntity() => new(Subscription, Row)
    {
        [nameof(Org)] = Org,
        [nameof(Topic)] = Topic,
        [nameof(ReplayId)] = ReplayId,
        [nameof(ConfirmedAt)] = ConfirmedAt,
        [nameof(FromEarliest)] = FromEarliest,
        [nameof(LatestSince)] = LatestSince,
        [nameof(Refusals)] = Refusals,
        [nameof(PausedUntil)] = PausedUntil,
        [nameof(DeliveryFailures)] = DeliveryFailures,
        [nameof(DeliveryFailedSince)] = DeliveryFailedSince,
        [nameof(Owner)] = Owner,
        [nameof(LeaseUntil)] = LeaseUntil,
    };
}
