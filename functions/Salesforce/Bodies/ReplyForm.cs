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
}

/// <summary>Checks that a successful reply is one that this call can have, and not a page from a proxy in between.</summary>
internal static class ReplyForm
{
    // Replies may nest deeper than the reader's default of 64.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    /// <param name="mediaType">The reply's media type without parameters; <see langword="null"/> if it has none.</param>
    /// <param name="beginning">The part of the body that has been received.</param>
    /// <param name="isWhole">
    /// Whether that is the whole body. A small body is then validated completely; of a large one, only its first and last
    /// characters.
    /// </param>
    public static bool Fits(this ReplyForms forms, int status, string? mediaType, ReadOnlySpan<byte> beginning, bool isWhole)
    {
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
            (Form: ReplyForms.Empty, Name: "no body with status 204"),
        }.Where(form => forms.HasFlag(form.Form)).Select(form => form.Name));

    private static bool IsJson(string? mediaType) =>
        mediaType is null
        || mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The reply is not one that Salesforce sends for this call.</summary>
internal sealed class UnexpectedReplyException(string message, Exception? innerException = null) : IOException(message, innerException);
