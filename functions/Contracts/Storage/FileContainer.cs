using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Net.Http.Headers;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>The blobs of files that were downloaded or are to be uploaded: the container <c>salesforce-files</c>.</summary>
public sealed class FileContainer
{
    private const int LongestName = 100;

    private readonly Lazy<BlobContainerClient> _container;
    private readonly TimeProvider _time;

    internal FileContainer(Lazy<BlobContainerClient> container, TimeProvider time) => (_container, _time) = (container, time);

    /// <summary>Writes a new blob.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="copyAsync">Writes the file to a stream; if it throws, there is no blob.</param>
    /// <returns>The blob's URL, and its length.</returns>
    /// <exception cref="RequestFailedException">Storage does not take it.</exception>
    internal async Task<(string Url, long Size)> WriteAsync(
        string? name, string type, Func<Stream, CancellationToken, Task> copyAsync, CancellationToken cancellationToken)
    {
        var blob = _container.Value.GetBlockBlobClient(string.Create(
            CultureInfo.InvariantCulture, $"downloads/{_time.GetUtcNow():yyyy-MM-dd}/{Guid.NewGuid():N}/{SafeName(name)}"));
        var stream = await blob.OpenWriteAsync(
            overwrite: true,
            new BlockBlobOpenWriteOptions { HttpHeaders = new BlobHttpHeaders { ContentType = type, ContentDisposition = Disposition(name) } },
            cancellationToken).ConfigureAwait(false);
        await copyAsync(stream, cancellationToken).ConfigureAwait(false);
        var size = stream.Position;
        // Only now: disposing of the stream commits the blob, and half a file is not to be one.
        await stream.DisposeAsync().ConfigureAwait(false);
        return (blob.Uri.ToString(), size);
    }

    /// <summary>A header <c>Content-Disposition</c> that names a file to keep.</summary>
    internal static string Disposition(string? name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        if (name is not null)
        {
            disposition.SetHttpFileName(name);
        }

        return disposition.ToString();
    }

    // For people who look; what the file is called is in the headers.
    private static string SafeName(string? name)
    {
        var safe = string.Concat((name ?? "file").Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).Trim('.');
        return safe.Length switch { 0 => "file", > LongestName => safe[^LongestName..], _ => safe };
    }
}
