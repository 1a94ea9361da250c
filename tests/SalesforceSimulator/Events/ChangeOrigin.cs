using SalesforceSimulator.Http;

namespace SalesforceSimulator.Events;

/// <summary>Which API and client made a change, as change events say it.</summary>
/// <remarks>Change Data Capture Developer Guide, "ChangeEventHeader Fields".</remarks>
internal static class ChangeOrigin
{
    private static readonly char[] Separators = [',', ';'];

    /// <returns><c>com/salesforce/api/rest/67.0;client=NAME</c>, with a client only if the call options name one.</returns>
    public static string Of(IncomingRequest request)
    {
        if (request.Segments is not ["services", "data", ['v', .. var version], ..])
        {
            return "";
        }

        var client = request.Headers["Sforce-Call-Options"].ToString()
            .Split(Separators, StringSplitOptions.TrimEntries)
            .FirstOrDefault(option => option.StartsWith("client=", StringComparison.OrdinalIgnoreCase));
        return $"com/salesforce/api/rest/{version}{(client is null ? "" : $";{client}")}";
    }
}
