using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Hosting;

/// <summary>Reads payloads strictly: whatever is wrong is refused by the name of its member, all at once where possible.</summary>
public static class PayloadReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="json">One JSON object in UTF-8, without byte order mark.</param>
    /// <exception cref="InvalidPayloadException">It is anything else.</exception>
    public static TPayload Read<TPayload>(ReadOnlyMemory<byte> json, JsonTypeInfo<TPayload> type)
        where TPayload : class
    {
        if (json.IsEmpty)
        {
            throw Invalid("is empty; send one JSON object");
        }

        if (!Utf8.IsValid(json.Span))
        {
            throw Invalid("is not UTF-8");
        }

        try
        {
            // Before anything is built from it, as what is built may take many times the memory of the text.
            PayloadScan.Check(new ReadOnlySequence<byte>(json), type);
            using var document = JsonDocument.Parse(json, Strict);
            var payload = Deserialize(document.RootElement, type);
            (payload as Payload)?.Validate();
            return payload;
        }
        catch (JsonException e)
        {
            throw Invalid($"is not valid JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its other half, which is JSON all the same.
            throw Invalid("has a member whose name is not valid Unicode");
        }
    }

    /// <summary>Looks a payload through before it is made one piece for <see cref="Read"/>.</summary>
    /// <param name="json">With or without byte order mark.</param>
    /// <exception cref="InvalidPayloadException">It is no JSON, or has unknown members, or lacks some.</exception>
    internal static void Scan(ReadOnlySequence<byte> json, JsonTypeInfo type)
    {
        try
        {
            PayloadScan.Check(json.FirstSpan.StartsWith("\uFEFF"u8) ? json.Slice(3) : json, type);
        }
        catch (JsonException e)
        {
            throw Invalid($"is not valid JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            throw Invalid("has a member whose name is not valid Unicode");
        }
    }

    private static TPayload Deserialize<TPayload>(JsonElement element, JsonTypeInfo<TPayload> type)
    {
        try
        {
            return element.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            var member = (e.Path ?? "$").Replace("$.", "", StringComparison.Ordinal);
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, member, Complaint(e, member, type));
        }
    }

    // The payload types' own converters say what is allowed; of the serializer's message only the type is of use.
    private static string Complaint(JsonException exception, string member, JsonTypeInfo type)
    {
        if (exception.InnerException is FormatException || !exception.Message.Contains("Path: $", StringComparison.Ordinal))
        {
            return exception.Message;
        }

        foreach (var name in member.Split('.'))
        {
            // fields[0] is an item of fields.
            var parts = name.Split('[');
            var property = type.Properties.FirstOrDefault(property => property.Name == parts[0]);
            if (property is null)
            {
                break;
            }

            type = type.Options.GetTypeInfo(property.PropertyType);
            type = parts.Length > 1 && type.ElementType is { } item ? type.Options.GetTypeInfo(item) : type;
        }

        return $"must be {Describe(type)}";
    }

    private static string Describe(JsonTypeInfo type) =>
        type.Type == typeof(string) ? "a string of valid Unicode"
        : type.Type == typeof(bool?) ? "true or false"
        : type.Type == typeof(int?) ? "a whole number"
        : type.Kind == JsonTypeInfoKind.Enumerable ? "an array"
        : type.Kind == JsonTypeInfoKind.Object ? "an object"
        : "of another type";

    /// <summary>Some producers on Windows put one before their JSON.</summary>
    internal static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    internal static InvalidPayloadException Invalid(string complaint) =>
        new([new SalesforceError($"The payload {complaint}", ErrorCodes.InvalidJson)]);
}
