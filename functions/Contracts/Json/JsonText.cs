using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Json;

internal static partial class JsonText
{
    private const string Replacement = @"\ufffd";

    /// <summary>Replaces unpaired surrogates, which JSON can contain as escapes, with U+FFFD.</summary>
    public static string MakeValid(ReadOnlySpan<byte> json) =>
        Escapes().Replace(Encoding.UTF8.GetString(json), escape => escape.Groups["lone"].Success ? Replacement : escape.Value);

    /// <summary>Whether the remaining input of <paramref name="reader"/>, which must be its last, is complete and valid JSON.</summary>
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

    /// <summary>A JSON string's text, or <see langword="null"/> if it contains an unpaired surrogate.</summary>
    public static string? TextOrNull(this JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // The string has an escaped surrogate without its other half.
            return null;
        }
    }

    // Matches surrogate pairs first and consumes each escape whole: in \\u, the u does not start an escape.
    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
