using System.Text.Json;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>What the body of a success may be.</summary>
[Flags]
public enum ReplyForms
{
    /// <summary>There is none, and the status is 204.</summary>
    Empty = 1,

    /// <summary>One JSON object.</summary>
    JsonObject = 2,

    /// <summary>One JSON array.</summary>
    JsonArray = 4,
}

/// <summary>Tells whether a reply with a status of success is one that the call can have, and not a page of something in between.</summary>
internal static class ReplyForm
{
    // As deep as a reply may nest; the reader's own limit is 64.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    /// <param name="mediaType">The reply's, without parameters; <see langword="null"/> if it names none.</param>
    /// <param name="beginning">What is here of the body.</param>
    /// <param name="isWhole">Whether that is all of it. Then it is read to its end if it is small; of a large one only the ends are looked at.</param>
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

    /// <summary>The forms in words: <c>a JSON object</c>.</summary>
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

/// <summary>A reply that is none of Salesforce's for this call.</summary>
internal sealed class UnexpectedReplyException(string message, Exception? innerException = null) : IOException(message, innerException);
