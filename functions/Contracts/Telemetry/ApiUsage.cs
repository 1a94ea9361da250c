using System.Globalization;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Telemetry;

/// <summary>The API requests of the org's last 24 hours, as a reply tells them.</summary>
/// <param name="Used">The requests that were made.</param>
/// <param name="Max">The requests that may be made.</param>
/// <remarks>REST API Developer Guide, "Limit Info Header".</remarks>
internal readonly partial record struct ApiUsage(long Used, long Max)
{
    public const string Header = "Sforce-Limit-Info";

    /// <summary>The requests that are left. An org may make somewhat more than it has bought.</summary>
    public long Remaining => Math.Max(Max - Used, 0);

    /// <summary>Reads <c>api-usage=18/5000</c>; <see langword="null"/> if the header does not say it.</summary>
    public static ApiUsage? Parse(string header) =>
        Usage().Match(header) is { Success: true } usage
        && long.TryParse(usage.Groups["used"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var used)
        && long.TryParse(usage.Groups["max"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var max)
            ? new ApiUsage(used, max)
            : null;

    // Not per-app-api-usage, which counts a single client app.
    [GeneratedRegex(@"(?<![\w-])api-usage=(?<used>\d+)/(?<max>\d+)")]
    private static partial Regex Usage();
}
