using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;

namespace SalesforceConnector.Operations.Files;

/// <summary>
/// Reads HTTP requests whose body is a file: its bytes, with the payload's members as query parameters, or
/// <c>multipart/form-data</c>, with the members as fields or as a JSON part. The file is stored in a blob first, so that
/// retries can send it again.
/// </summary>
public sealed class FileRequests(FileContainer files, RequestBody body, PayloadTypes types)
{
    private const string FileNameMember = "fileName";
    private const string UrlMember = "contentUrl";
    private const string ContentMember = "content";
    private const string JsonPart = "payload";
    private const string FilePart = "file";
    private const int MaxFieldBytes = 64 << 10;

    // RFC 2046, section 5.1.1.
    private const int LongestBoundary = 70;

    // The Functions host accepts its key as this query parameter.
    private static readonly string[] HostsParameters = ["code", "clientId"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a payload: the body, or what belongs to the file that is the body.</summary>
    /// <param name="key">The request's idempotency key. Requests with it and the same file have one payload.</param>
    /// <exception cref="ConnectorException">The request is invalid, or storage is unavailable.</exception>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, string? key, CancellationToken cancellationToken)
    {
        if (IsForm(request) || request.Query.ContainsKey(FileNameMember))
        {
            return await ReadFileAsync(request, key, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await body.ReadAsync(request, types.Get<UploadFilePayload>(), cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == ErrorCodes.PayloadTooLarge)
        {
            throw RequestBody.FileTooLarge(
                ContentMember, Problem.Join(e.Problem.Detail, $"Send the file itself as the body, up to {RequestBody.HostLimit} bytes, or put it into a blob and send {UrlMember}."), e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadFileAsync(HttpRequest request, string? key, CancellationToken cancellationToken)
    {
        var stream = RequestBody.OpenFile(request);
        var payload = new JsonObject();
        foreach (var (name, values) in request.Query.Where(parameter => !HostsParameters.Contains(parameter.Key)))
        {
            foreach (var value in values)
            {
                Add(payload, name, value);
            }
        }

        try
        {
            var url = IsForm(request)
                ? await ReadFormAsync(request, stream, payload, key, cancellationToken).ConfigureAwait(false)
                : await StoreAsync(stream, (string?)payload[FileNameMember], request.ContentType, key, cancellationToken).ConfigureAwait(false);
            payload[UrlMember] = url;
        }
        catch (BadHttpRequestException e)
        {
            throw RequestBody.Unreadable(e);
        }
        catch (InvalidDataException e)
        {
            throw new ConnectorException(Invalid($"is no multipart/form-data: {e.Message}").Problem, e);
        }
        catch (IOException e)
        {
            throw new ConnectorException(Invalid("is not complete: it ends before the end of the file, or of the form").Problem, e);
        }

        return Encoding.UTF8.GetBytes(payload.ToJsonString());
    }

    /// <returns>The URL of the blob with the file.</returns>
    private async Task<string> ReadFormAsync(HttpRequest request, Stream stream, JsonObject payload, string? key, CancellationToken cancellationToken)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString() : "";
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw Invalid($"must have a boundary of 1 to {LongestBoundary} characters in its Content-Type: multipart/form-data; boundary=x");
        }

        var reader = new MultipartReader(boundary, stream);
        var left = MaxFieldBytes;
        string? url = null;
        string? fileName = null;
        while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                throw Invalid("has a part without Content-Disposition");
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (disposition.IsFileDisposition() || name == FilePart)
            {
                if (url is not null)
                {
                    throw Invalid("has a second part that is a file, and there is one file in a form");
                }

                fileName = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value;
                url = await StoreAsync(section.Body, fileName, section.ContentType, key, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var (text, length) = await ReadTextAsync(section, left, cancellationToken).ConfigureAwait(false);
            left -= length;
            AddField(payload, name, text);
        }

        if (fileName is not null)
        {
            payload.TryAdd(FileNameMember, fileName);
        }

        return url ?? throw Invalid($"has no part that is a file: one with a filename, or with the name {FilePart}");
    }

    /// <returns>The URL of the blob.</returns>
    private async Task<string> StoreAsync(Stream stream, string? name, string? type, string? key, CancellationToken cancellationToken)
    {
        byte[] sha256 = [];
        var stored = await files.WriteAsync(
            $"{FileContainer.Uploads}/{Guid.NewGuid():N}",
            name,
            MediaTypeHeaderValue.TryParse(type, out var told) ? told.MediaType.Value! : FileObjects.AnyType,
            key is null ? stream.CopyToAsync : CopyAsync,
            cancellationToken).ConfigureAwait(false);
        return key is null ? stored.Url : await files.FindFirstAsync(key, stored.Url, sha256, cancellationToken).ConfigureAwait(false);

        async Task CopyAsync(Stream blob, CancellationToken cancellation)
        {
            var hashed = new HashedStream(blob, HashAlgorithmName.SHA256);
            await using (hashed.ConfigureAwait(false))
            {
                await stream.CopyToAsync(hashed, cancellation).ConfigureAwait(false);
                sha256 = hashed.Hash;
            }
        }
    }

    private static async Task<(string Text, int Length)> ReadTextAsync(MultipartSection section, int most, CancellationToken cancellationToken)
    {
        var encoding = EncodingOf(section);
        var buffer = new byte[most + 1];
        var length = await section.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length > most)
        {
            throw Invalid($"must have at most {MaxFieldBytes} bytes in fields besides the file; a part with a filename is the file");
        }

        try
        {
            return (encoding.GetString(buffer, 0, length), length);
        }
        catch (DecoderFallbackException e)
        {
            throw new ConnectorException(Invalid("has a field that is not UTF-8").Problem, e);
        }
    }

    // Clients made with Apache's, Camunda's REST connector among them, send texts in ISO-8859-1, and say so.
    private static Encoding EncodingOf(MultipartSection section) =>
        (MediaTypeHeaderValue.TryParse(section.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToUpperInvariant() : "") switch
        {
            "" or "UTF-8" or "US-ASCII" => Strict,
            "ISO-8859-1" => Encoding.Latin1,
            _ => throw Invalid("has a field whose charset is neither UTF-8 nor ISO-8859-1"),
        };

    private static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    private static InvalidPayloadException Invalid(string complaint) => new(ErrorCodes.InvalidMember, "body", complaint);

    private static void Add(JsonObject payload, string name, JsonNode? value)
    {
        if (name is UrlMember or ContentMember)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, name, "does not go together with a body that is the file");
        }

        if (!payload.TryAdd(name, value))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, name, "is there twice");
        }
    }

    private static void AddField(JsonObject payload, string name, string text)
    {
        if (name != JsonPart)
        {
            Add(payload, name, text);
            return;
        }

        try
        {
            foreach (var (member, value) in JsonNode.Parse(text) as JsonObject ?? throw Invalid($"has a part {JsonPart} that is not a JSON object"))
            {
                Add(payload, member, value?.DeepClone());
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ConnectorException(Invalid($"has a part {JsonPart} that is not a JSON object").Problem, e);
        }
    }
}
