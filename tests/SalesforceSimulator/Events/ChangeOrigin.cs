using Microsoft.AspNetCore.Http;
using SalesforceSimulator.Http;

namespace SalesforceSimulator.Events;

/// <summary>Which API and client made a change, as change events say it.</summary>
/// <remarks>Change Data Capture Developer Guide, "ChangeEventHeader Fields".</remarks>
internal static class ChangeOrigin
{
    private static readonly char[] Separators = [',', ';'];

    /// <summary>That of a request to the REST API; empty for other requests.</summary>
    public static string Of(IncomingRequest request) =>
        request.Segments is ["services", "data", var version, ..] ? Of("rest", version, request.Headers) : "";

    /// <param name="api"><c>rest</c> or <c>bulkapi</c>.</param>
    /// <param name="version">Such as <c>v67.0</c>.</param>
    /// <returns><c>com/salesforce/api/rest/67.0;client=NAME</c>, with a client only if the call options name one.</returns>
    public static string Of(string api, string version, IHeaderDictionary headers)
    {
        var client = headers["Sforce-Call-Options"].ToString()
            .Split(Separators, StringSplitOptions.TrimEntries)
            .FirstOrDefault(option => option.StartsWith("client=", StringComparison.OrdinalIgnoreCase));
        return $"com/salesforce/api/{api}/{version.TrimStart('v')}{(client is null ? "" : $";{client}")}";
    }
}
