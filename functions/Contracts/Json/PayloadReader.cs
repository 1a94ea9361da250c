using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Json;

/// <summary>Reads payloads strictly. Errors name the member, and one exception reports all of them where possible.</summary>
public static class PayloadReader
{
    /// <summary>The deepest nesting of objects and arrays.</summary>
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private static readonly string[] CompletePrefixes = ["must ", "cannot "];

    /// <param name="json">One JSON object in UTF-8, without a byte order mark.</param>
    /// <exception cref="InvalidPayloadException">The payload is not valid.</exception>
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
            // Check before parsing: the parsed document can take many times the memory of its text.
            PayloadScan.Check(new ReadOnlySequence<byte>(json), type);
            using var document = JsonDocument.Parse(json, Strict);
            var payload = Deserialize(document.RootElement, type);
            (payload as Payload)?.Validate();
            return payload;
        }
        catch (JsonException e)
        {
            throw Invalid($"is not valid JSON: {Complaint(json, e)}");
        }
        catch (InvalidOperationException)
        {
            // A member's name has an escaped surrogate without its other half, which JSON allows.
            throw Invalid("has a member whose name is not valid Unicode");
        }
    }

    /// <summary>Checks a payload in segments, before it is copied into one block for <see cref="Read"/>.</summary>
    /// <param name="json">With or without a byte order mark.</param>
    /// <exception cref="InvalidPayloadException">The payload is not valid JSON, or has unknown or missing members.</exception>
    internal static void Scan(ReadOnlySequence<byte> json, JsonTypeInfo type)
    {
        json = json.FirstSpan.StartsWith("\uFEFF"u8) ? json.Slice(3) : json;
        try
        {
            PayloadScan.Check(json, type);
        }
        catch (JsonException e)
        {
            throw Invalid($"is not valid JSON: {Complaint(json, e)}");
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

    // The parser's message is written for .NET developers. Callers get the position instead.
    private static string Complaint(ReadOnlyMemory<byte> json, JsonException exception)
    {
        if (TryParse(json) is { } document)
        {
            using (document)
            {
                return FindDuplicate(document.RootElement) is { } name
                    ? $"it has the member {Quote.Value(name)} twice in one object"
                    : "it has a member twice in one object, under a name that is not valid Unicode";
            }
        }

        return Complaint(new ReadOnlySequence<byte>(json), exception);
    }

    private static string Complaint(ReadOnlySequence<byte> json, JsonException exception) =>
        JsonText.IsWhole(new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue }))
            ? $"its objects and arrays are nested more than {MaxDepth} deep"
            : $"syntax error at byte {exception.BytePositionInLine + 1} of line {exception.LineNumber + 1}";

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FindDuplicate(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().Select(FindDuplicate).FirstOrDefault(name => name is not null);
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var names = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            if (NameOrNull(member) is { } name && !names.Add(name))
            {
                return name;
            }

            if (FindDuplicate(member.Value) is { } inside)
            {
                return inside;
            }
        }

        return null;
    }

    private static string? NameOrNull(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            // The name has an escaped surrogate without its other half.
            return null;
        }
    }

    // The payload types' own converters say what is allowed, in words that continue the member's name. The serializer's
    // messages speak of .NET types; for these, the allowed form is derived from the member's type.
    private static string Complaint(JsonException exception, string member, JsonTypeInfo type)
    {
        if (CompletePrefixes.Any(beginning => exception.Message.StartsWith(beginning, StringComparison.Ordinal)))
        {
            return exception.Message;
        }

        foreach (var name in member.Split('.'))
        {
            // fields[0] is an element of fields.
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
        : IsOf<bool>(type) ? "true or false"
        : IsOf<int>(type) ? "a whole number"
        : IsOf<DateTimeOffset>(type) ? "a date and time such as 2026-11-24T10:00:00Z"
        : type.Kind == JsonTypeInfoKind.Enumerable ? "an array"
        : type.Kind == JsonTypeInfoKind.Object ? "an object"
        : "of another type";

    private static bool IsOf<TValue>(JsonTypeInfo type)
        where TValue : struct => type.Type == typeof(TValue) || type.Type == typeof(TValue?);

    /// <summary>Removes the byte order mark that some producers on Windows put before their JSON.</summary>
    internal static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    internal static InvalidPayloadException Invalid(string complaint) =>
        new([new SalesforceError($"The payload {complaint}", ErrorCodes.InvalidJson)]);
}
