using System.Text;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>Reads the whole body of an error or login reply, up to 1 MiB.</summary>
internal static class ErrorBody
{
    public const int MaxBytes = 1 << 20;

    private const int MaxQuotedBytes = 2 << 10;
    private const int ShortestSecret = 8;
    private const int LongestEscaped = 4_096;
    private const string Redacted = "(secret)";

    /// <param name="secret">The request's credential. It is redacted, in case the body echoes it.</param>
    /// <returns>The body, cut at 1 MiB; if the connection fails, the part received so far.</returns>
    public static async Task<byte[]> ReadAsync(Stream stream, string secret, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[4_096];
        try
        {
            int read;
            while (body.Length < MaxBytes
                && (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                body.Write(buffer, 0, (int)Math.Min(read, MaxBytes - body.Length));
            }
        }
        catch (Exception e) when (ReplyBody.IsBroken(e))
        {
            // The status is valid without the rest of the body.
        }

        return Redact(body.ToArray(), secret);
    }

    /// <summary>Quotes the body, at most 2 KiB.</summary>
    public static string Describe(ReadOnlySpan<byte> body) => Quote.Body(body, MaxQuotedBytes);

    private static byte[] Redact(byte[] body, string secret)
    {
        if (secret.Length < ShortestSecret)
        {
            return body;
        }

        var text = Encoding.UTF8.GetString(body);
        var redacted = text.Replace(secret, Redacted, StringComparison.Ordinal);
        // Nearly all bodies have nothing that is escaped.
        if (secret.Length <= LongestEscaped && body.AsSpan().IndexOfAny("\\%+"u8) >= 0)
        {
            redacted = Regex.Replace(redacted, EscapedPattern(secret), Redacted, RegexOptions.CultureInvariant);
        }

        return ReferenceEquals(redacted, text) ? body : Encoding.UTF8.GetBytes(redacted);
    }

    // Matches the secret as JSON or a form has it, whichever of its characters are escaped. The groups are atomic: a longer
    // form comes first, and nothing is tried twice.
    private static string EscapedPattern(string secret) => string.Concat(secret.EnumerateRunes().Select(rune =>
    {
        var plain = rune.ToString();
        var codes = string.Concat(plain.Select(c => $@"\\u{(int)c:x4}"));
        var bytes = string.Concat(Encoding.UTF8.GetBytes(plain).Select(b => $"%{b:x2}"));
        var others = plain switch
        {
            "\"" or "\\" or "/" => $@"\\{Regex.Escape(plain)}|",
            // A form's, as it is or inside JSON.
            " " => @"\+|\\u002[bB]|",
            _ => "",
        };
        return $"(?>(?i:{codes}|{bytes})|{others}{Regex.Escape(plain)})";
    }));
}
