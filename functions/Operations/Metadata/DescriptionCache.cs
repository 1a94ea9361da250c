using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>
/// Caches descriptions, up to 64 MiB, by org, credentials and path. Credentials are part of the key because a description
/// contains only what its user is allowed to see.
/// </summary>
public sealed class DescriptionCache : IDisposable
{
    private const int MaxBytes = 64 << 20;

    private readonly MemoryCache _descriptions = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    internal Description? Find((CallTarget Target, string Path) key) => _descriptions.Get<Description>(key);

    /// <summary>Caches a reply that has a <c>Last-Modified</c> header.</summary>
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

/// <summary>A cached description.</summary>
internal sealed record Description(byte[] Body, string Modified, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public const string LastModified = "Last-Modified";

    /// <summary>The header that asks whether the description is still current.</summary>
    public KeyValuePair<string, string> Condition => KeyValuePair.Create(HeaderNames.IfModifiedSince, Modified);

    /// <summary>Creates the 200 reply for Salesforce's 304.</summary>
    public SalesforceReply ToReply(SalesforceReply unchanged) => SalesforceReply.From(
        StatusCodes.Status200OK,
        [.. Headers.Where(header => header.Key != ApiUsage.Header), .. unchanged.Headers.Where(header => header.Key == ApiUsage.Header)],
        StreamedBody.From(Body));
}
