using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Hosting;

/// <summary>What the caller says in the header <c>Prefer</c>.</summary>
/// <param name="Representation">A body also where Salesforce sends none.</param>
/// <param name="RespondAsync">202 at once, the result later.</param>
/// <remarks>RFC 7240: several preferences may stand in one header, in any case, with parameters.</remarks>
internal sealed record Preferences(bool Representation, bool RespondAsync)
{
    private static readonly Preferences None = new(Representation: false, RespondAsync: false);

    public static Preferences Of(HttpRequest request)
    {
        var headers = request.Headers["Prefer"];
        if (headers.Count == 0)
        {
            return None;
        }

        var preferences = headers
            .SelectMany(header => (header ?? "").Split(',', ';'))
            .Select(preference => preference.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new Preferences(preferences.Contains("return=representation"), preferences.Contains("respond-async"));
    }
}
