using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>
/// Descriptions as they last came, up to 64 MiB of them, by org, credentials and path: what a user may not see is not in
/// that user's description.
/// </summary>
public sealed class DescriptionCache : IDisposable
{
    private const int MaxBytes = 64 << 20;

    private readonly MemoryCache _descriptions = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    internal Description? Find((CallTarget Target, string Path) key) => _descriptions.Get<Description>(key);

    /// <summary>Keeps a reply that says when it was last modified.</summary>
    internal void Keep((CallTarget Target, string Path) key, SalesforceReply reply)
    {
        if (reply.Headers.FirstOrDefault(header => header.Key == Description.LastModified).Value is { } modified)
        {
            var body = reply.Bytes.ToArray();
            _descriptions.Set(
                key, new Description(body, modified, reply.Headers), new MemoryCacheEntryOptions { Size = body.Length, SlidingExpiration = TimeSpan.FromDays(1) });
        }
    }

    public void Dispose() => _descriptions.Dispose();
}

/// <summary>A description as it came.</summary>
internal sealed record Description(byte[] Body, string Modified, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public const string LastModified = "Last-Modified";

    /// <summary>Asks whether it still holds.</summary>
    public KeyValuePair<string, string> Condition => KeyValuePair.Create(HeaderNames.IfModifiedSince, Modified);

    /// <summary>The reply that Salesforce would have sent, had it not said that nothing has changed.</summary>
    public SalesforceReply ToReply(SalesforceReply unchanged) => SalesforceReply.Of(
        StatusCodes.Status200OK,
        [.. Headers.Where(header => header.Key != SalesforceReply.LimitInfoHeader), .. unchanged.Headers.Where(header => header.Key == SalesforceReply.LimitInfoHeader)],
        StreamedBody.Of(Body));
}
