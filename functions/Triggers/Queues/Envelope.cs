using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Queues.Redrive;

namespace SalesforceConnector.Triggers.Queues;

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

    /// <summary>
    /// The id that the caller of a respond-async request gave without an idempotency key; <see cref="CorrelationId"/> is
    /// the connector's own then.
    /// </summary>
    public string? CallerId { get; init; }

    /// <summary>The attempts so far; set by the connector when it tries again later.</summary>
    public Attempts? Retry { get; init; }

    /// <summary>Why the message is kept; set by the connector when it keeps it.</summary>
    public KeptNote? Kept { get; init; }

    /// <summary>The result, which is known and could not be stored or sent yet; set by the connector.</summary>
    public ResultMessage? Outcome { get; init; }

    /// <summary>
    /// How often the message was given up before; set by the connector when it keeps the message. Put back on its queue,
    /// such a message is a new request, with all its time before it.
    /// </summary>
    public int? Redrive { get; init; }

    /// <summary>The message as it is kept for people to put back on its queue.</summary>
    public Envelope ToKeep() => this with { Retry = null, Outcome = null, Redrive = (Redrive ?? 0) + 1 };

    /// <summary>The mark by which the same operation is known again: SHA-256 of operation and payload.</summary>
    /// <remarks>
    /// Without the line breaks and tabs between tokens (inside strings JSON has none) and the space around, which may be
    /// other ones after the way through a queue, whose messages are XML, and with the escapes of <see cref="MessageText"/>.
    /// </remarks>
    public string Fingerprint(string operation)
    {
        byte[] payload = [.. MessageText.Of(Payload.Utf8.ToArray()).Where(b => b is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))];
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(operation), 0, .. payload.AsSpan().Trim((byte)' ')]));
    }

    /// <exception cref="InvalidPayloadException">The message is no envelope.</exception>
    public static Envelope Parse(string message)
    {
        var json = PayloadReader.WithoutByteOrderMark(DecodeBase64(message) ?? Encoding.UTF8.GetBytes(message));
        var envelope = PayloadReader.Read(json, TriggerJson.Default.Envelope);
        if (envelope.CorrelationId is not { Length: > 0 and <= MaxCorrelationIdLength } id || id.Any(char.IsControl))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "correlationId", $"must be 1 to {MaxCorrelationIdLength} characters, none a control character");
        }

        return envelope;
    }

    /// <summary>Whether the message can be sent again with what the connector adds to it on the way.</summary>
    public bool FitsWithRetries(string message) =>
        !MessageText.MayBeLong(message) || MessageText.FitsWithRetries((this with { Retry = null, Outcome = null }).ToMessage());

    /// <returns>The correlation id of a message that may be anything, if it has one that can be one.</returns>
    public static string? FindCorrelationId(string message) => FindCorrelationId(DecodeBase64(message) ?? Encoding.UTF8.GetBytes(message), depth: 0);

    private static string? FindCorrelationId(ReadOnlyMemory<byte> json, int depth)
    {
        // JSON in a string, as some producers send it, and no deeper.
        const int MaxDepth = 1;
        try
        {
            using var document = JsonDocument.Parse(PayloadReader.WithoutByteOrderMark(json));
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.String && depth < MaxDepth)
            {
                return FindCorrelationId(Encoding.UTF8.GetBytes(root.GetString()!), depth + 1);
            }

            var text = root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("correlationId", out var id) ? null
                : id.ValueKind == JsonValueKind.String ? id.GetString()
                : id.ValueKind == JsonValueKind.Number ? id.GetRawText()
                : null;
            return text is { Length: <= MaxCorrelationIdLength } ? text : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Base64 of a JSON object, which many producers send by default and which nothing else can be.</summary>
    private static byte[]? DecodeBase64(string message)
    {
        var text = message.AsSpan().Trim();
        // The first byte of an object is a brace, or the first of a byte order mark or of white space before it.
        if (text.Length < 4 || text[0] is not ('e' or 'I' or 'C' or 'D' or '7'))
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64Chars(text, bytes, out var written)
            && PayloadReader.WithoutByteOrderMark(bytes.AsMemory(0, written)).Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
                ? bytes[..written]
                : null;
    }

    public string ToMessage() => MessageText.Of(JsonSerializer.Serialize(this, TriggerJson.Readable.Envelope));
}

/// <summary>Attempts at an operation.</summary>
/// <param name="Made">How many.</param>
/// <param name="Since">When the first one began.</param>
/// <param name="MayHaveRun">Whether one of them may have been carried out.</param>
/// <param name="Ended">The ledger's mark of the last one, which has ended without being carried out or may be made again.</param>
public sealed record Attempts(int Made, DateTimeOffset Since, bool? MayHaveRun = null, Guid? Ended = null);
