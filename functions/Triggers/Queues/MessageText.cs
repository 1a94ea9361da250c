using System.Text;
using System.Text.Unicode;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Converts JSON to the text of a queue message.</summary>
/// <remarks>
/// Queue storage REST API, "Put Message": messages are transferred as text in XML. Sources differ on whether the limit of
/// 64 KiB applies to the text or to the XML; the connector applies it to the XML, which is stricter.
/// </remarks>
internal static class MessageText
{
    /// <summary>The longest message, in bytes of its text in XML.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>The longest message from a producer. The difference is for the members that the connector adds for a retry.</summary>
    public const int MaxRequestBytes = MaxBytes - 1_536;

    // The most bytes of a UTF-16 character in XML, such as "&amp;".
    private const int MaxBytesOfCharacter = 5;

    /// <summary>Escapes the two characters that are not allowed in XML, U+FFFE and U+FFFF.</summary>
    /// <param name="json">Valid JSON, which contains these characters only in strings.</param>
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

    /// <summary>Whether a text is long enough that its length must be computed.</summary>
    public static bool MayBeLong(string text) => text.Length > MaxRequestBytes / MaxBytesOfCharacter;

    /// <returns>The number of bytes of the text in XML.</returns>
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
