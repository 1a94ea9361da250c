using System.Text.Json;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>The result of an operation: a message on the results queue.</summary>
public sealed record ResultMessage
{
    /// <summary>The envelope's correlation id. Absent if the message had none.</summary>
    public string? CorrelationId { get; init; }

    public required string Operation { get; init; }

    /// <summary>The HTTP status of the synchronous call.</summary>
    public int Status { get; init; }

    /// <summary>The headers of the synchronous call.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body of a success, if it fits in the message; <see langword="null"/> if there is none.</summary>
    public RawJson? Body { get; init; }

    /// <summary>The URL of the blob with the body, if it does not fit in the message.</summary>
    public string? BodyUrl { get; init; }

    /// <summary>The problem. Absent on success.</summary>
    public Problem? Error { get; init; }

    /// <summary>The number of attempts.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset CompletedAt { get; init; }

    /// <summary>The id of the failed message on the poison queue.</summary>
    public string? PoisonMessageId { get; init; }

    /// <returns>UTF-8 that is valid in a queue message, if it is short enough.</returns>
    public byte[] ToJson() => MessageText.Escape(JsonSerializer.SerializeToUtf8Bytes(this, TriggerJson.Readable.ResultMessage));
}
