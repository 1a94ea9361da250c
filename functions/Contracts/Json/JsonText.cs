using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Json;

internal static partial class JsonText
{
    private const string Replacement = @"\ufffd";

    /// <summary>JSON of which each text is valid Unicode: what is none, as JSON allows by its escapes, gives way to U+FFFD.</summary>
    public static string MakeValid(ReadOnlySpan<byte> json) =>
        Escapes().Replace(Encoding.UTF8.GetString(json), escape => escape.Groups["lone"].Success ? Replacement : escape.Value);

    /// <summary>Whether what is left to <paramref name="reader"/>, all there is, is JSON from beginning to end.</summary>
    public static bool IsWhole(Utf8JsonReader reader)
    {
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A JSON string's text; <see langword="null"/> if it is no Unicode, as JSON allows by its escapes.</summary>
    public static string? TextOrNull(this JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its other half.
            return null;
        }
    }

    // Pairs first, and each escape whole: the u after two backslashes begins none.
    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
