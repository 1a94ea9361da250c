using System.Globalization;
using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>Reads a field's value from a request, and rejects values that the field does not support.</summary>
internal static class FieldInput
{
    public static object? Read(Store store, Field field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object or JsonValueKind.Array => throw CannotRead(field, value),
        _ => field switch
        {
            { Type: FieldType.Boolean } => Boolean(field, value),
            { IsNumber: true } => Number(field, value),
            { Type: FieldType.Date } => SalesforceTime.ParseDate(Text(field, value)[..Math.Min(10, Text(field, value).Length)]) is { } date
                ? SalesforceTime.Format(date)
                : throw CannotRead(field, value),
            { Type: FieldType.DateTime } => SalesforceTime.ParseTime(Text(field, value)) is { } time
                ? SalesforceTime.Format(time)
                : throw CannotRead(field, value),
            { Type: FieldType.Time } => SalesforceTime.ParseTimeOfDay(Text(field, value)) ?? throw CannotRead(field, value),
            { Type: FieldType.Base64 } => Content(field, Text(field, value)),
            { Type: FieldType.Reference } => Text(field, value) is { Length: > 0 } id ? Reference(store, field, id) : null,
            _ => Words(field, Text(field, value)),
        },
    };

    /// <summary>Reads a field's value from a column of CSV.</summary>
    /// <param name="column">The column's position. That Salesforce counts from 0 is an assumption.</param>
    public static object? ReadText(Store store, Field field, string text, int column) => field switch
    {
        { Type: FieldType.Boolean } => text.ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => throw CannotRead(field, text, column),
        },
        { IsNumber: true } => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonNumber.From(number)
            : throw CannotRead(field, text, column),
        { Type: FieldType.Date } => SalesforceTime.ParseDate(text) is { } date ? SalesforceTime.Format(date) : throw CannotRead(field, text, column),
        { Type: FieldType.DateTime } => SalesforceTime.ParseTime(text) is { } time ? SalesforceTime.Format(time) : throw CannotRead(field, text, column),
        { Type: FieldType.Time } => SalesforceTime.ParseTimeOfDay(text) ?? throw CannotRead(field, text, column),
        { Type: FieldType.Reference } => Reference(store, field, text),
        _ => Words(field, text),
    };

    private static bool Boolean(Field field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
        _ => throw CannotRead(field, value),
    };

    private static JsonNumber Number(Field field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => new JsonNumber(value.GetRawText()),
        JsonValueKind.String when decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonNumber.From(number),
        _ => throw CannotRead(field, value),
    };

    private static string Text(Field field, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw CannotRead(field, value);

    private static string Reference(Store store, Field field, string text)
    {
        if (RecordIds.Normalize(text) is not { } id || (field.ReferenceTo is { } type && !id.StartsWith(store.Schema[type].KeyPrefix, StringComparison.Ordinal)))
        {
            throw Errors.MalformedId(field.Label, text, field.Name);
        }

        return store.Find(id) is { IsDeleted: false } ? id : throw Errors.InvalidCrossReference(400);
    }

    private static FileContent Content(Field field, string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? FileContent.Of(bytes[..length])
            // The code and the words are an assumption.
            : throw new ApiException(400, new ApiError("INVALID_TYPE_ON_FIELD_IN_RECORD", $"{field.Label}: value not of required type: {text}", [field.Name]));
    }

    // Salesforce stores an empty text as null.
    private static string? Words(Field field, string text)
    {
        if (text.Length > field.Length)
        {
            throw Errors.TooLong(field, text);
        }

        if (field.Type == FieldType.Email && text.Length > 0 && text.IndexOf('@', StringComparison.Ordinal) is <= 0)
        {
            throw new ApiException(400, new ApiError("INVALID_EMAIL_ADDRESS", $"{field.Label}: invalid email address: {text}", [field.Name]));
        }

        return text.Length == 0 ? null : text;
    }

    private static ApiException CannotRead(Field field, string text, int column)
    {
        var type = field switch
        {
            { Type: FieldType.Int } => "int",
            { IsNumber: true } => "double",
            { Type: FieldType.DateTime } => "dateTime",
            _ => field.Type.ToString().ToLowerInvariant(),
        };
        return new ApiException(400, new ApiError(
            "INVALID_FIELD", $"Failed to deserialize field at col {column}. Due to, '{text}' is not a valid value for the type xsd:{type}", [field.Name]));
    }

    private static ApiException CannotRead(Field field, JsonElement value)
    {
        var type = field.IsNumber ? "double" : field.IsText || field.IsId ? "string" : field.Type.ToString().ToLowerInvariant();
        var token = value.ValueKind switch
        {
            JsonValueKind.Object => "START_OBJECT",
            JsonValueKind.Array => "START_ARRAY",
            JsonValueKind.String => "VALUE_STRING",
            JsonValueKind.Number => value.TryGetInt64(out _) ? "VALUE_NUMBER_INT" : "VALUE_NUMBER_FLOAT",
            JsonValueKind.True => "VALUE_TRUE",
            _ => "VALUE_FALSE",
        };
        return Errors.Json($"Cannot deserialize instance of {type} from {token} value {value.GetRawText()} or request may be missing a required field: {field.Name}");
    }
}
