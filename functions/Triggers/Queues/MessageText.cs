using System.Text;
using System.Text.Unicode;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>JSON as the text of a queue message.</summary>
/// <remarks>
/// Queue storage REST API, "Put Message": messages travel as text in XML. Whether the limit of 64 KiB is that of the text
/// or of the XML is told differently; the connector keeps to the stricter one.
/// </remarks>
internal static class MessageText
{
    /// <summary>The longest message: bytes of its text in XML.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>The longest message from a producer, as the connector adds its notes when it sends the message again.</summary>
    public const int MaxRequestBytes = MaxBytes - 1_536;

    // A character of UTF-16 takes at most this many bytes, as "&amp;" does.
    private const int MaxBytesOfCharacter = 5;

    /// <summary>JSON with the two characters that XML does not have written as escapes, which means the same.</summary>
    /// <param name="json">Valid JSON, in which such characters stand in strings only.</param>
    public static string Escape(string json) =>
        json.Replace("\uFFFE", "\\uFFFE", StringComparison.Ordinal).Replace("\uFFFF", "\\uFFFF", StringComparison.Ordinal);

    /// <inheritdoc cref="Escape(string)"/>
    public static byte[] Escape(byte[] json) =>
        json.AsSpan().IndexOf("\uFFFE"u8) < 0 && json.AsSpan().IndexOf("\uFFFF"u8) < 0
            ? json
            : Encoding.UTF8.GetBytes(Escape(Encoding.UTF8.GetString(json)));

    public static bool Fits(string text) => Length(text) <= MaxBytes;

    /// <param name="json">UTF-8.</param>
    public static bool Fits(byte[] json) =>
        json.Length <= MaxBytes && Utf8.IsValid(json) && Length(Encoding.UTF8.GetString(json)) <= MaxBytes;

    public static bool FitsWithRetries(string text) => Length(text) <= MaxRequestBytes;

    /// <summary>Whether a text is worth the count.</summary>
    public static bool MayBeLong(string text) => text.Length > MaxRequestBytes / MaxBytesOfCharacter;

    /// <returns>Bytes of the text in XML.</returns>
    public static int Length(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        foreach (var c in text)
        {
            length += c switch
            {
                '&' => 4,
                '<' or '>' => 3,
                _ => 0,
            };
        }

        return length;
    }
}
