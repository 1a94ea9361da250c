using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client.Requests;

/// <summary>Validates the URLs of requests that callers compose, so that none leaves the REST API.</summary>
internal static partial class RestUrl
{
    // Salesforce's longest request line. The query can contain a SOQL query of 100,000 characters, each encoded as up to
    // nine.
    private const int LongestPath = 16_384;
    private const int LongestUrl = 1_000_000;

    // A client and a proxy can each encode a path once. Each level costs a pass over the path.
    private const int MostEncodings = 4;

    // Salesforce accepts 16,384 bytes of URL and headers together. This leaves 2,048 for host and headers.
    internal const int LongestSent = LongestPath - 2_048;

    /// <summary>Checks that a URL is not too long to be sent.</summary>
    /// <param name="member">The payload member that is part of the URL.</param>
    /// <exception cref="InvalidPayloadException">The URL is too long.</exception>
    internal static void CheckLength(string url, string member)
    {
        if (url.Length > LongestSent)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, member, $"makes a URL of {url.Length} characters, encoded; Salesforce takes at most {LongestSent}");
        }
    }

    /// <summary>Validates a URL at every level of encoding.</summary>
    /// <returns>The error; <see langword="null"/> if the URL stays inside the REST API.</returns>
    internal static string? Complaint(string url)
    {
        if (!Root().IsMatch(url))
        {
            return "must begin with /services/data/ and an API version, such as /services/data/v67.0/sobjects/Account";
        }

        var queryAt = url.IndexOf('?', StringComparison.Ordinal);
        var path = queryAt < 0 ? url : url[..queryAt];
        if (path.Length > LongestPath || url.Length > LongestUrl)
        {
            return $"must have at most {LongestPath} characters before its ?, and {LongestUrl} in all";
        }

        return ComplaintOfPath(path, isAllowed: c => c is not ('\\' or '#'));
    }

    /// <summary>Validates a path at every level of encoding.</summary>
    /// <returns>The error; <see langword="null"/> if the path stays inside its root.</returns>
    /// <param name="isAllowed">Whether a character is allowed, encoded or not. Control characters never are.</param>
    internal static string? ComplaintOfPath(string path, Func<char, bool> isAllowed)
    {
        for (var encodings = 0; encodings <= MostEncodings; encodings++)
        {
            if (path.Any(c => char.IsControl(c) || !isAllowed(c)))
            {
                return "must have no backslash, # or control character in its path";
            }

            // Some servers remove a segment's parameters (..;a) before they resolve it.
            if (path.Split('/', '\\').Any(segment => segment.Split(';')[0].Trim() is "." or ".."))
            {
                return "must not lead out of its path by . or ..";
            }

            var decoded = Uri.UnescapeDataString(path);
            if (decoded == path)
            {
                return null;
            }

            path = decoded;
        }

        return $"must not be encoded more than {MostEncodings} times";
    }

    /// <summary>Checks that a GET is a read.</summary>
    /// <returns>The error; <see langword="null"/> if it is one.</returns>
    internal static string? ComplaintOfRead(string url)
    {
        // Proxies can decode a query before Salesforce does.
        const int MostDecodings = 3;
        var query = url.Split('?', 2).ElementAtOrDefault(1) ?? "";
        for (var decodings = 0; decodings <= MostDecodings; decodings++)
        {
            if (query.Contains(QueryParameters.OtherMethod, StringComparison.OrdinalIgnoreCase)
                && query.Split('&', ';', '?').Any(parameter =>
                    parameter.Split('=')[0].Trim(' ', '+').Equals(QueryParameters.OtherMethod, StringComparison.OrdinalIgnoreCase)))
            {
                return $"must not have the parameter {QueryParameters.OtherMethod}, which would make another method of it";
            }

            query = Uri.UnescapeDataString(query);
        }

        return null;
    }

    [GeneratedRegex(@"\A/services/data/v[0-9]{1,3}\.[0-9](/|\z)")]
    private static partial Regex Root();
}
