using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LocalHost;

/// <summary>The URLs of Azurite's services.</summary>
public sealed partial record AzuriteEndpoints(Uri Blob, Uri Queue, Uri Table)
{
    /// <summary>Finds the URLs in Azurite's output, once it listens at all three.</summary>
    internal static bool TryFind(string output, [NotNullWhen(true)] out AzuriteEndpoints? endpoints)
    {
        var found = Listening().Matches(output).ToDictionary(match => match.Groups["service"].Value, match => new Uri(match.Groups["url"].Value));
        endpoints = found.Count == 3 ? new AzuriteEndpoints(found["Blob"], found["Queue"], found["Table"]) : null;
        return endpoints is not null;
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at (?<url>\S+)", RegexOptions.Multiline)]
    private static partial Regex Listening();
}
