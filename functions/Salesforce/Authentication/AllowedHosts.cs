using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The hosts that credentials and tokens may be sent to.</summary>
public sealed class AllowedHosts(IOptions<SalesforceOptions> options)
{
    private const string AnySubdomain = "*.";

    private readonly string[] _patterns = Split(options.Value.AllowedHosts);
    private readonly bool _loopback = options.Value.AllowLoopback;

    /// <summary>
    /// Whether <paramref name="org"/> is an https URL on its default port whose host is on the list, or a loopback
    /// address while <see cref="SalesforceOptions.AllowLoopback"/> is set.
    /// </summary>
    public bool Allows(OrgUrl org)
    {
        var uri = org.Origin;
        return (uri.IsLoopback && _loopback)
            || (uri.Scheme == Uri.UriSchemeHttps
                && uri.IsDefaultPort
                && Array.Exists(_patterns, pattern => Matches(uri.IdnHost, pattern)));
    }

    /// <summary>Describes the allowed hosts, as the end of an error message.</summary>
    public string Requirement =>
        $"must be an https URL on a host that Salesforce__AllowedHosts lists ({string.Join(", ", _patterns)})";

    internal static string[] Split(string patterns) =>
        patterns.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static bool IsPattern(string pattern) =>
        Uri.CheckHostName(pattern.StartsWith(AnySubdomain, StringComparison.Ordinal) ? pattern[AnySubdomain.Length..] : pattern)
            == UriHostNameType.Dns;

    private static bool Matches(string host, string pattern) =>
        pattern.StartsWith(AnySubdomain, StringComparison.Ordinal)
            // The suffix includes the dot, so that "evilmy.salesforce.com" does not match "*.my.salesforce.com".
            ? host.Length >= pattern.Length && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
