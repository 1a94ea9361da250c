using System.Text;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Json;

/// <summary>Makes untrusted text safe to quote in an error message.</summary>
internal static partial class Quote
{
    private const int ValueLength = 60;

    // Tokens are searched only up to here. What follows is never quoted.
    private const int SearchedLength = 4_096;

    /// <summary>
    /// Quotes a caller's value: at most 60 characters, with control characters replaced. Access tokens in it are redacted.
    /// </summary>
    public static string Value(string text)
    {
        text = WithoutTokens(text.Length <= SearchedLength ? text : text[..SearchedLength], "(token)");
        return $"\"{Clean(text.Length <= ValueLength ? text : text[..ValueLength] + "…")}\"";
    }

    /// <summary>Replaces everything that looks like an access token: Salesforce session ids and JSON Web Tokens.</summary>
    public static string WithoutTokens(string text, string replacement) => Token().Replace(text, replacement);

    /// <summary>Quotes a body that is not the expected JSON, at most <paramref name="maxBytes"/> bytes of UTF-8.</summary>
    public static string Body(ReadOnlySpan<byte> body, int maxBytes)
    {
        if (body.IsEmpty)
        {
            return "(empty)";
        }

        return body.Length <= maxBytes
            ? Clean(Encoding.UTF8.GetString(body))
            : Clean(Encoding.UTF8.GetString(body[..maxBytes])) + "…";
    }

    private static string Clean(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });

    [GeneratedRegex(@"00D[A-Za-z0-9]{9,15}![A-Za-z0-9._]+|(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*")]
    private static partial Regex Token();
}
