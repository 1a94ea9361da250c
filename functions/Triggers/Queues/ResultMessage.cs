using System.Text.Json;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>What became of an operation: the message on the results queue.</summary>
public sealed record ResultMessage
{
    /// <summary>The envelope's; absent when the message had none that could be read.</summary>
    public string? CorrelationId { get; init; }

    public required string Operation { get; init; }

    /// <summary>The HTTP status that the direct call would have had.</summary>
    public int Status { get; init; }

    /// <summary>The headers likewise.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body of a success, if it fits; <see langword="null"/> when there is none.</summary>
    public RawJson? Body { get; init; }

    /// <summary>The blob that has the body, when it does not fit.</summary>
    public string? BodyUrl { get; init; }

    /// <summary>Why it failed; absent on success.</summary>
    public Problem? Error { get; init; }

    /// <summary>How often Salesforce was called, or was to be.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset CompletedAt { get; init; }

    /// <summary>The id of the message on the poison queue that keeps what could not be processed.</summary>
    public string? PoisonMessageId { get; init; }

    /// <returns>UTF-8 that a queue message can carry, if it is short enough.</returns>
    public byte[] ToJson() => MessageText.Of(JsonSerializer.SerializeToUtf8Bytes(this, TriggerJson.Readable.ResultMessage));
}
