using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>A message on an operation's queue.</summary>
public sealed record Envelope
{
    public const int MaxCorrelationIdLength = 128;

    /// <summary>The producer's own id for this one operation: the result quotes it, and a create with it is done once.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The queue for the result; absent, <see cref="QueueOptions.Results"/>.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The payload, as over HTTP.</summary>
    public required RawJson Payload { get; init; }

    /// <summary>Whether the result is kept for <c>GET /api/results/{correlationId}</c>, and sent to no queue.</summary>
    public bool? RespondAsync { get; init; }

    /// <summary>Whether an update or a delete is answered with a body, as by <c>Prefer: return=representation</c>.</summary>
    public bool? Representation { get; init; }

    /// <summary>The producer's trace context, which the operation becomes a part of.</summary>
    /// <remarks>W3C Trace Context.</remarks>
    public string? Traceparent { get; init; }

    /// <summary>The attempts so far; set by the connector when it tries again later.</summary>
    public Attempts? Retry { get; init; }

    /// <summary>Why the message is kept; set by the connector when it keeps it.</summary>
    public Redrive.KeptNote? Kept { get; init; }

    /// <summary>The mark by which the same operation is known again: SHA-256 of operation and payload.</summary>
    /// <remarks>
    /// Without the line breaks and tabs between tokens (inside strings JSON has none) and the space around, which may be
    /// other ones after the way through a queue, whose messages are XML.
    /// </remarks>
    public string Fingerprint(string operation)
    {
        byte[] payload = [.. Payload.Utf8.ToArray().Where(b => b is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))];
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(operation), 0, .. payload.AsSpan().Trim((byte)' ')]));
    }

    /// <exception cref="InvalidPayloadException">The message is no envelope.</exception>
    public static Envelope Parse(string message)
    {
        var envelope = PayloadReader.Read(PayloadReader.WithoutByteOrderMark(Encoding.UTF8.GetBytes(message)), ConnectorJson.Default.Envelope);
        return envelope.CorrelationId is { Length: > 0 and <= MaxCorrelationIdLength } id && !id.Any(char.IsControl)
            ? envelope
            : throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "correlationId", $"must be 1 to {MaxCorrelationIdLength} characters, none a control character");
    }

    /// <returns>The correlation id of a message that may be anything, if it has one that can be one.</returns>
    public static string? FindCorrelationId(string message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("correlationId", out var id)
                && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: <= MaxCorrelationIdLength } text
                ? text
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public string ToMessage() => JsonSerializer.Serialize(this, ConnectorJson.Readable.Envelope);
}

/// <summary>Attempts at an operation.</summary>
/// <param name="Made">How many.</param>
/// <param name="Since">When the first one began.</param>
public sealed record Attempts(int Made, DateTimeOffset Since);
