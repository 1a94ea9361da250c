using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Hosting;

/// <summary>Reads payloads strictly: whatever is wrong is refused by the name of its member, all at once where possible.</summary>
public static class PayloadReader
{
    /// <summary>How deep objects and arrays may be nested.</summary>
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private static readonly string[] OwnBeginnings = ["must ", "cannot "];

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
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Invalid("is not a JSON object");
            }

            List<SalesforceError> complaints = [];
            Check(document.RootElement, type, "", complaints);
            if (complaints.Count > 0)
            {
                throw new InvalidPayloadException(complaints);
            }

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
            // An escaped surrogate without its other half, which is JSON all the same.
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

    // The parser's own message is written for developers in .NET; where it stopped is of use to all.
    private static string Complaint(ReadOnlyMemory<byte> json, JsonException exception)
    {
        if (TryParse(json, default) is { } document)
        {
            using (document)
            {
                return FindDouble(document.RootElement) is { } name
                    ? $"it has the member {Quote.Value(name)} twice in one object"
                    : "it has a member twice in one object, under a name that is not valid Unicode";
            }
        }

        if (TryParse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue }) is { } deep)
        {
            deep.Dispose();
            return $"its objects and arrays are nested more than {MaxDepth} deep";
        }

        return $"it breaks at byte {exception.BytePositionInLine + 1} of line {exception.LineNumber + 1}";
    }

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> json, JsonDocumentOptions options)
    {
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FindDouble(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().Select(FindDouble).FirstOrDefault(name => name is not null);
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

            if (FindDouble(member.Value) is { } inside)
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
            // An escaped surrogate without its other half.
            return null;
        }
    }

    // The payload types' own converters say what is allowed, to be read on from the member's name. Whatever else there is
    // to read is the serializer's, which speaks of types in .NET: what is allowed follows from the member's type then.
    private static string Complaint(JsonException exception, string member, JsonTypeInfo type)
    {
        if (OwnBeginnings.Any(beginning => exception.Message.StartsWith(beginning, StringComparison.Ordinal)))
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
        : IsOf<bool>(type) ? "true or false"
        : IsOf<int>(type) ? "a whole number"
        : IsOf<DateTimeOffset>(type) ? "a date and time such as 2026-11-24T10:00:00Z"
        : type.Kind == JsonTypeInfoKind.Enumerable ? "an array"
        : type.Kind == JsonTypeInfoKind.Object ? "an object"
        : "of another type";

    private static bool IsOf<TValue>(JsonTypeInfo type)
        where TValue : struct => type.Type == typeof(TValue) || type.Type == typeof(TValue?);

    private static void Check(JsonElement element, JsonTypeInfo type, string parent, List<SalesforceError> complaints)
    {
        foreach (var member in element.EnumerateObject())
        {
            var property = Find(member, type);
            if (property is null)
            {
                var known = string.Join(", ", type.Properties.Select(property => property.Name).Order(StringComparer.Ordinal));
                complaints.Add(InvalidPayloadException.Complain(
                    ErrorCodes.UnknownMember, parent + member.Name, $"is no member here; there are {known}"));
            }
            else if (member.Value.ValueKind == JsonValueKind.Object
                && type.Options.GetTypeInfo(property.PropertyType) is { Kind: JsonTypeInfoKind.Object } nested)
            {
                Check(member.Value, nested, $"{parent}{member.Name}.", complaints);
            }
        }

        foreach (var property in type.Properties)
        {
            if (property.IsRequired && (!element.TryGetProperty(property.Name, out var value) || value.ValueKind == JsonValueKind.Null))
            {
                complaints.Add(InvalidPayloadException.Complain(ErrorCodes.MissingMember, parent + property.Name, "is required"));
            }
        }
    }

    // Compared where it lies: every member of every payload passes here, and needs no string for that.
    private static JsonPropertyInfo? Find(JsonProperty member, JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (member.NameEquals(property.Name))
            {
                return property;
            }
        }

        return null;
    }

    /// <summary>Some producers on Windows put one before their JSON.</summary>
    internal static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    private static InvalidPayloadException Invalid(string complaint) =>
        new([new SalesforceError($"The payload {complaint}", ErrorCodes.InvalidJson)]);
}
