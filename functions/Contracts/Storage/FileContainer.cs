using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SalesforceConnector.Contracts.Storage;

/// <summary>The blobs of files that were downloaded or are to be uploaded: the container <c>salesforce-files</c>.</summary>
public sealed class FileContainer
{
    /// <summary>The folder of files that came as the body of a request. They expire.</summary>
    internal const string Uploads = "uploads";

    /// <summary>The folder of files that were downloaded. They expire.</summary>
    internal const string Downloads = "downloads";

    private const int LongestName = 100;

    private readonly Lazy<BlobContainerClient> _container;

    internal FileContainer(Lazy<BlobContainerClient> container) => _container = container;

    /// <summary>The container's URL.</summary>
    internal Uri Url => _container.Value.Uri;

    /// <summary>The blob of this container that a URL names.</summary>
    /// <returns><see langword="null"/> if the URL is of any other place: no other host, account or container is ever asked.</returns>
    internal BlobClient? Find(string url)
    {
        var root = $"{Url.AbsolutePath.TrimEnd('/')}/";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var blob)
            || Uri.Compare(blob, Url, UriComponents.SchemeAndServer | UriComponents.UserInfo, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0
            || blob.Query.Length > 0
            || blob.Fragment.Length > 0
            || !blob.AbsolutePath.StartsWith(root, StringComparison.Ordinal))
        {
            return null;
        }

        // What was escaped in the URL would lead out of the container as soon as it is not.
        var name = Uri.UnescapeDataString(blob.AbsolutePath[root.Length..]);
        return name.Length == 0 || name.Any(char.IsControl) || name.Split('/', '\\').Any(segment => segment is "" or "." or "..")
            ? null
            : _container.Value.GetBlobClient(name);
    }

    /// <summary>Looks at a blob.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    /// <exception cref="RequestFailedException">Storage does not answer.</exception>
    internal static async Task<FileBlob?> OpenAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return new FileBlob(blob, properties.ContentLength, properties.ETag, properties.ContentHash);
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a blob, with its MD5.</summary>
    /// <param name="folder">A new folder of the container.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="copyAsync">Writes the file to a stream; if it throws, there is no blob.</param>
    /// <exception cref="RequestFailedException">Storage does not take it.</exception>
    internal async Task<StoredFile> WriteAsync(
        string folder, string? name, string type, Func<Stream, CancellationToken, Task> copyAsync, CancellationToken cancellationToken)
    {
        var blob = _container.Value.GetBlockBlobClient($"{folder}/{SafeName(name)}");
        var writer = new BlockWriter(blob, firstBlock: 0);
        await using (writer.ConfigureAwait(false))
        {
            var hashed = new HashedStream(writer, HashAlgorithmName.MD5);
            await using (hashed.ConfigureAwait(false))
            {
                await copyAsync(hashed, cancellationToken).ConfigureAwait(false);
                await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                var headers = new BlobHttpHeaders { ContentType = type, ContentDisposition = Disposition(name), ContentHash = hashed.Hash };
                await BlockWriter.CommitAsync(blob, writer.Blocks, headers, cancellationToken).ConfigureAwait(false);
                return new StoredFile(blob.Uri.ToString(), writer.Bytes);
            }
        }
    }

    /// <summary>
    /// Notes a file under a key, unless the same bytes were noted under it before. Requests with one key and the same bytes thus
    /// get the URL of one blob, which is never written over; other bytes get another URL.
    /// </summary>
    /// <param name="url">The file's blob.</param>
    /// <param name="sha256">The hash of its bytes.</param>
    /// <returns>The URL of the first file with these bytes.</returns>
    /// <exception cref="RequestFailedException">Storage does not answer.</exception>
    internal async Task<string> FindFirstAsync(string key, string url, byte[] sha256, CancellationToken cancellationToken)
    {
        var note = _container.Value.GetBlobClient($"{Uploads}/keys/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}/{Convert.ToHexStringLower(sha256)}");
        var text = BinaryData.FromString(url);
        try
        {
            await note.UploadAsync(text, NoteIf(new BlobRequestConditions { IfNoneMatch = ETag.All }), cancellationToken).ConfigureAwait(false);
            return url;
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status409Conflict)
        {
            BlobDownloadResult noted = await note.DownloadContentAsync(cancellationToken).ConfigureAwait(false);
            var first = noted.Content.ToString();
            if (Find(first) is { } blob && await OpenAsync(blob, cancellationToken).ConfigureAwait(false) is not null)
            {
                return first;
            }

            // The first one has expired.
            await note.UploadAsync(text, NoteIf(new BlobRequestConditions { IfMatch = noted.Details.ETag }), cancellationToken).ConfigureAwait(false);
            return url;
        }
    }

    private static BlobUploadOptions NoteIf(BlobRequestConditions conditions) => new() { Conditions = conditions };

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

/// <summary>A blob as it was when it was looked at.</summary>
/// <param name="Md5">The checksum of its bytes, where Storage knows it.</param>
internal sealed record FileBlob(BlobClient Blob, long Size, ETag ETag, byte[]? Md5)
{
    /// <summary>Writes its bytes to a stream, unless it has been written over in the meantime.</summary>
    /// <exception cref="RequestFailedException">It cannot be read.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var content = await Blob.OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false) { Conditions = new BlobRequestConditions { IfMatch = ETag }, BufferSize = BufferBytes },
            cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The MD5 of its bytes, for which they are read if Storage does not know it.</summary>
    /// <inheritdoc cref="CopyToAsync"/>
    public async Task<byte[]> GetMd5Async(CancellationToken cancellationToken)
    {
        if (Md5 is { } known)
        {
            return known;
        }

        var hashed = new HashedStream(Stream.Null, HashAlgorithmName.MD5);
        await using (hashed.ConfigureAwait(false))
        {
            await CopyToAsync(hashed, cancellationToken).ConfigureAwait(false);
            return hashed.Hash;
        }
    }

    private const int BufferBytes = 4 << 20;
}

/// <summary>A blob that was written.</summary>
internal sealed record StoredFile(string Url, long Size);
