using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>The blobs of bulk jobs, rows to write and results: the container <c>salesforce-bulk</c>.</summary>
public sealed class BulkContainer
{
    private readonly Lazy<BlobContainerClient> _container;

    internal BulkContainer(Lazy<BlobContainerClient> container) => _container = container;

    /// <summary>The container's URL.</summary>
    internal Uri Url => _container.Value.Uri;

    /// <summary>Whether a text can be the name of a blob of this container.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 1_024
        && !name.Any(char.IsControl)
        && !name.Contains('\\', StringComparison.Ordinal)
        && name.Split('/').All(segment => segment is not ("" or "." or ".."));

    /// <summary>The URL of a blob.</summary>
    internal string UrlOf(string name) => _container.Value.GetBlockBlobClient(name).Uri.ToString();

    /// <summary>Looks at a blob.</summary>
    /// <returns>Its length and version; <see langword="null"/> if there is none.</returns>
    /// <exception cref="RequestFailedException">Storage does not answer.</exception>
    internal async Task<(long Length, ETag Version)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties properties = await _container.Value.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return (properties.ContentLength, properties.ETag);
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    /// <summary>Streams a blob from a position.</summary>
    /// <param name="version">The blob's version. Another one is not read.</param>
    /// <exception cref="RequestFailedException">Storage does not answer, or the blob has changed.</exception>
    internal async Task<Stream> ReadAsync(string name, long position, ETag version, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = version }, Range = new HttpRange(position) };
        var reply = await _container.Value.GetBlobClient(name).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
        return reply.Value.Content;
    }

    /// <summary>Writes a blob, in the place of one that has the name already.</summary>
    /// <param name="copyAsync">Writes the content to a stream; if it throws, nothing is written.</param>
    /// <exception cref="RequestFailedException">Storage does not take it.</exception>
    internal async Task WriteAsync(string name, string type, Func<Stream, CancellationToken, Task> copyAsync, CancellationToken cancellationToken)
    {
        var stream = await _container.Value.GetBlockBlobClient(name).OpenWriteAsync(
            overwrite: true,
            new BlockBlobOpenWriteOptions { HttpHeaders = new BlobHttpHeaders { ContentType = type } },
            cancellationToken).ConfigureAwait(false);
        await copyAsync(stream, cancellationToken).ConfigureAwait(false);
        // Disposing the stream commits the blob. Not in a finally block: an incomplete blob must not be committed.
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes a part of a blob that takes several attempts. Nobody sees it before <see cref="CommitAsync"/>.</summary>
    /// <param name="blocks">The number of blocks of the parts before it.</param>
    internal BlockWriter OpenPart(string name, int blocks) => new(_container.Value.GetBlockBlobClient(name), blocks);

    /// <inheritdoc cref="BlockWriter.CommitAsync"/>
    internal Task CommitAsync(string name, string type, int blocks, CancellationToken cancellationToken) =>
        BlockWriter.CommitAsync(_container.Value.GetBlockBlobClient(name), blocks, new BlobHttpHeaders { ContentType = type }, cancellationToken);
}
