namespace SalesforceConnector.Salesforce.Client;

/// <summary>The header <c>Retry-After</c> of a reply, in either of its forms.</summary>
/// <remarks>RFC 9110, section 10.2.3.</remarks>
internal static class RetryAfterHeader
{
    /// <returns>How long to wait; negative if the header has a time in the past; <see langword="null"/> without the header.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;
}
