using System.Text.Json;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>The allowed forms of a successful reply's body.</summary>
[Flags]
public enum ReplyForms
{
    /// <summary>No body, and status 204.</summary>
    Empty = 1,

    /// <summary>One JSON object.</summary>
    JsonObject = 2,

    /// <summary>One JSON array.</summary>
    JsonArray = 4,

    /// <summary>
    /// A JSON array of outcomes, each with <c>success</c> or <c>isSuccess</c>. It is a result with status 400 too, which says
    /// that some of them are failures.
    /// </summary>
    Outcomes = 8,

    /// <summary>A body of another type than JSON and HTML, such as CSV or the bytes of a file.</summary>
    Media = 16,

    /// <summary>Anything, of any type, and nothing at all: the class that answers decides.</summary>
    Any = 32,

    /// <summary>One JSON object with <c>success</c> or <c>isSuccess</c>.</summary>
    Outcome = 64,
}

/// <summary>Checks that a successful reply is one that this call can have, and not a page from a proxy in between.</summary>
internal static class ReplyForm
{
    // Replies may nest deeper than the reader's default of 64.
    private const int MaxDepth = 1_000;

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions DeepDocument = new() { MaxDepth = MaxDepth };

    /// <param name="mediaType">The reply's media type without parameters; <see langword="null"/> if it has none.</param>
    /// <param name="beginning">The part of the body that has been received.</param>
    /// <param name="isWhole">
    /// Whether that is the whole body. A small body is then validated completely; of a large one, only its first and last
    /// characters.
    /// </param>
    public static bool Fits(this ReplyForms forms, int status, string? mediaType, ReadOnlySpan<byte> beginning, bool isWhole)
    {
        if (forms.HasFlag(ReplyForms.Any) || (forms.HasFlag(ReplyForms.Media) && IsMedia(mediaType)))
        {
            return true;
        }

        var text = beginning.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            return isWhole && status == 204 && forms.HasFlag(ReplyForms.Empty);
        }

        var (form, end) = text[0] switch
        {
            (byte)'{' => (ReplyForms.JsonObject, (byte)'}'),
            (byte)'[' => (ReplyForms.JsonArray, (byte)']'),
            _ => default,
        };
        if ((form == ReplyForms.JsonArray && forms.HasFlag(ReplyForms.Outcomes)) || (form == ReplyForms.JsonObject && forms.HasFlag(ReplyForms.Outcome)))
        {
            return isWhole && IsJson(mediaType) && HasOutcomes(text);
        }

        return form != default
            && forms.HasFlag(form)
            && IsJson(mediaType)
            && (!isWhole || (text[^1] == end && (beginning.Length > StreamedBody.HeadBytes || JsonText.IsWhole(new Utf8JsonReader(text, Deep)))));
    }

    /// <summary>Describes the forms in words: <c>a JSON object</c>.</summary>
    public static string Describe(this ReplyForms forms) => string.Join(
        " or ",
        new[]
        {
            (Form: ReplyForms.JsonObject, Name: "a JSON object"),
            (Form: ReplyForms.JsonArray, Name: "a JSON array"),
            (Form: ReplyForms.Outcomes, Name: "a JSON array of outcomes"),
            (Form: ReplyForms.Outcome, Name: "a JSON object with its success"),
            (Form: ReplyForms.Media, Name: "a body of another type than HTML"),
            (Form: ReplyForms.Empty, Name: "no body with status 204"),
        }.Where(form => forms.HasFlag(form.Form)).Select(form => form.Name));

    /// <summary>Parses a body that <see cref="Fits"/>, as deep as it may be.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(body, DeepDocument);

    // An object, or an array with at least one.
    private static bool HasOutcomes(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, Deep);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return !reader.Read()
                && (root.ValueKind == JsonValueKind.Object
                    ? root.IsSuccess() is not null
                    : root.GetArrayLength() > 0 && root.EnumerateArray().All(outcome => outcome.IsSuccess() is not null));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <returns>Whether an outcome says that it is a success; <see langword="null"/> if it is no outcome.</returns>
    public static bool? IsSuccess(this JsonElement outcome) =>
        outcome.ValueKind != JsonValueKind.Object ? null
        : (outcome.TryGetProperty("success", out var success) || outcome.TryGetProperty("isSuccess", out success))
            && success.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? success.ValueKind == JsonValueKind.True
            : null;

    private static bool IsMedia(string? mediaType) =>
        mediaType is not null
        && !IsJson(mediaType)
        && !mediaType.EndsWith("/html", StringComparison.OrdinalIgnoreCase)
        && !mediaType.EndsWith("/xhtml+xml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a body of that type is JSON; one whose type is not told may be.</summary>
    public static bool IsJson(string? mediaType) =>
        mediaType is null
        || mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The reply is not one that Salesforce sends for this call.</summary>
internal sealed class UnexpectedReplyException(string message, Exception? innerException = null) : IOException(message, innerException);
