using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SalesforceConnector.Triggers.Http;

/// <summary>What the caller says in the header <c>Prefer</c>.</summary>
/// <param name="Representation">A body also where Salesforce sends none.</param>
/// <param name="RespondAsync">202 at once, the result later.</param>
/// <remarks>
/// RFC 7240: preferences are separated by commas, each may have a value, as a token or in quotes, and parameters behind
/// semicolons, which are no preferences. Of a preference that is given twice the first holds; unknown ones are ignored.
/// </remarks>
internal sealed record Preferences(bool Representation, bool RespondAsync)
{
    private static readonly Preferences None = new(Representation: false, RespondAsync: false);

    public static Preferences Read(HttpRequest request)
    {
        var headers = request.Headers["Prefer"];
        if (headers.Count == 0)
        {
            return None;
        }

        var preferences = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var preference in headers.SelectMany(header => Split(header ?? "", ',')))
        {
            if (NameValueHeaderValue.TryParse(Split(preference, ';').First(), out var parsed))
            {
                preferences.TryAdd(parsed.Name.ToString(), HeaderUtilities.UnescapeAsQuotedString(parsed.Value).ToString());
            }
        }

        return new Preferences(
            Representation: "representation".Equals(preferences.GetValueOrDefault("return"), StringComparison.OrdinalIgnoreCase),
            // An empty value is the same as none.
            RespondAsync: preferences.TryGetValue("respond-async", out var value) && value.Length == 0);
    }

    // Inside quotes a separator is text.
    private static IEnumerable<string> Split(string text, char separator)
    {
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == '\\' && isQuoted)
            {
                i++;
            }
            else if (text[i] == separator && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
