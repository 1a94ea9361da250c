using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SalesforceConnector.Triggers.Http;

/// <summary>The preferences in the header <c>Prefer</c>.</summary>
/// <param name="Representation">Return a body even if Salesforce sends none.</param>
/// <param name="RespondAsync">Reply with 202 immediately, and provide the result later.</param>
/// <param name="Wait">How long to wait for the result before that reply.</param>
/// <remarks>
/// RFC 7240: preferences are separated by commas. Each can have a value, plain or in quotes, and parameters after
/// semicolons, which are ignored. If a preference is repeated, the first one applies. Unknown ones are ignored.
/// </remarks>
internal sealed record Preferences(bool Representation, bool RespondAsync, TimeSpan Wait = default)
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
            // An empty value is equivalent to no value.
            RespondAsync: preferences.TryGetValue("respond-async", out var value) && value.Length == 0,
            Wait: uint.TryParse(preferences.GetValueOrDefault("wait"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : default);
    }

    // A separator inside quotes is part of the text.
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
