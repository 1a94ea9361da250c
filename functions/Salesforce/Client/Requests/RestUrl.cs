using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client.Requests;

/// <summary>What is allowed in the URLs of callers' own requests, so that each stays where it belongs.</summary>
internal static partial class RestUrl
{
    // Salesforce's longest request line; what comes after the ? may be a whole SOQL query, 100,000 characters before they
    // are encoded, each as up to nine.
    private const int LongestPath = 16_384;
    private const int LongestUrl = 1_000_000;

    // Once by the client, once by a proxy: more has no good reason, and each level costs a pass over the path.
    private const int MostEncodings = 4;

    // Salesforce takes 16,384 bytes of URL and headers together; 2,048 are left for host and headers.
    internal const int LongestSent = LongestPath - 2_048;

    /// <summary>Checks that a URL is not too long to be sent.</summary>
    /// <param name="member">The member that makes it long.</param>
    /// <exception cref="InvalidPayloadException">It is too long.</exception>
    internal static void CheckLength(string url, string member)
    {
        if (url.Length > LongestSent)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, member, $"makes a URL of {url.Length} characters, encoded; Salesforce takes at most {LongestSent}");
        }
    }

    /// <summary>What is wrong with a URL, however often it is encoded; <see langword="null"/> if it stays inside the REST API.</summary>
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

    /// <summary>What is wrong with a path, however often it is encoded; <see langword="null"/> if nothing in it leads out.</summary>
    /// <param name="isAllowed">Whether a character may be in it, encoded or not. Control characters may not.</param>
    internal static string? ComplaintOfPath(string path, Func<char, bool> isAllowed)
    {
        for (var encodings = 0; encodings <= MostEncodings; encodings++)
        {
            if (path.Any(c => char.IsControl(c) || !isAllowed(c)))
            {
                return "must have no backslash, # or control character in its path";
            }

            // Some servers cut a segment's parameters off (..;a) before they follow it.
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

    /// <summary>What makes a GET something else than a read; <see langword="null"/> if nothing does.</summary>
    internal static string? ComplaintOfRead(string url)
    {
        // As Salesforce reads it, and as often as it may be decoded on the way.
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
