using System.Text.Json;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events;

/// <summary>An event, as it is put on the queue <c>salesforce-events</c> or delivered.</summary>
public sealed record EventMessage
{
    /// <summary>The event's own id. A message that is there twice has the same one.</summary>
    public required string EventId { get; init; }

    /// <summary>The name of the subscription, as the settings have it.</summary>
    public required string Subscription { get; init; }

    public required string Topic { get; init; }

    /// <summary>The org's base URL.</summary>
    public required string Org { get; init; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When the change was committed, or the event published.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The position in the topic, in Base64.</summary>
    public string? ReplayId { get; init; }

    /// <summary>The id of the event's schema.</summary>
    public string? Schema { get; init; }

    /// <summary>The event as JSON. Of an <see cref="EventTypes.Unreadable"/> event, its bytes in Base64.</summary>
    public RawJson? Payload { get; init; }

    /// <summary>The URL of a blob with <see cref="Payload"/>, if the message would be too long with it.</summary>
    public string? PayloadUrl { get; init; }

    /// <summary>With the type <see cref="EventTypes.Lost"/>: when events may be missing.</summary>
    public LostPeriod? Lost { get; init; }

    /// <returns>UTF-8 that is valid in a queue message, if it is short enough.</returns>
    internal byte[] ToJson() => MessageText.Escape(JsonSerializer.SerializeToUtf8Bytes(this, TriggerJson.Readable.EventMessage));

    internal string ToMessage() => MessageText.Escape(JsonSerializer.Serialize(this, TriggerJson.Readable.EventMessage));
}

/// <summary>A period of which events may be missing.</summary>
/// <param name="From">When the last event before it was received.</param>
/// <param name="To">When the loss was noticed.</param>
public sealed record LostPeriod(DateTimeOffset From, DateTimeOffset To);

/// <summary>What a message on the queue <c>salesforce-events</c> is about.</summary>
internal static class EventTypes
{
    /// <summary>A platform event.</summary>
    public const string Event = "event";

    /// <summary>A change of records.</summary>
    public const string Change = "change";

    /// <summary>A change that Salesforce does not describe: the records must be read.</summary>
    public const string Gap = "gap";

    /// <summary>More changes than Salesforce describes: the object must be synchronised.</summary>
    public const string Overflow = "overflow";

    /// <summary>An event that could not be decoded.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The connector's own message that events may be missing.</summary>
    public const string Lost = "lost";
}
