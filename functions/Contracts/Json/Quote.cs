using System.Text;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Json;

/// <summary>Foreign text, made fit to stand in an error message.</summary>
internal static partial class Quote
{
    private const int ValueLength = 60;

    // A token that begins later is not quoted, whole or in part.
    private const int SearchedLength = 4_096;

    /// <summary>
    /// A value of the caller's, in quotes, cut at 60 characters, control characters replaced. A token that was put where it
    /// does not belong is not repeated.
    /// </summary>
    public static string Value(string text)
    {
        text = WithoutTokens(text.Length <= SearchedLength ? text : text[..SearchedLength], "(token)");
        return $"\"{Clean(text.Length <= ValueLength ? text : text[..ValueLength] + "…")}\"";
    }

    /// <summary>A text without what has the form of an access token: Salesforce's session ids, and JSON Web Tokens.</summary>
    public static string WithoutTokens(string text, string replacement) => Token().Replace(text, replacement);

    /// <summary>A body that should have been JSON, cut at <paramref name="maxBytes"/> bytes of UTF-8.</summary>
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
