using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Http;

namespace SalesforceConnector.Operations.Files;

/// <summary>
/// Reads HTTP requests whose body is a file: its bytes, with the payload's members as query parameters, or
/// <c>multipart/form-data</c>, with the members as fields or as a JSON part. The file is stored in a blob first, so that
/// retries can send it again.
/// </summary>
public sealed class FileRequests(FileContainer files)
{
    private const string FileNameMember = "fileName";
    private const string JsonPart = "payload";
    private const int MaxFieldBytes = 64 << 10;
    private const int FolderLength = 32;

    // The Functions host accepts its key as this query parameter.
    private static readonly string[] HostsParameters = ["code", "clientId"];

    /// <summary>Whether the body of a request is a file instead of a payload.</summary>
    internal static bool IsFile(HttpRequest request) => IsForm(request) || request.Query.ContainsKey(FileNameMember);

    /// <summary>Stores the file.</summary>
    /// <param name="key">The request's idempotency key. A repeated request with it uses the same blob.</param>
    /// <returns>The payload, with the URL of the blob.</returns>
    /// <exception cref="ConnectorException">The request is invalid, or storage is unavailable.</exception>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, string? key, CancellationToken cancellationToken)
    {
        var stream = RequestBody.OpenFile(request);
        var payload = new JsonObject();
        foreach (var (name, value) in request.Query.Where(parameter => !HostsParameters.Contains(parameter.Key)))
        {
            payload[name] = value.ToString();
        }

        try
        {
            if (IsForm(request))
            {
                await ReadFormAsync(request, stream, payload, key, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await StoreAsync(stream, payload, (string?)payload[FileNameMember], request.ContentType, key, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException e)
        {
            throw new ConnectorException(Invalid($"is no multipart/form-data: {e.Message}").Problem, e);
        }

        return Encoding.UTF8.GetBytes(payload.ToJsonString());
    }

    private async Task ReadFormAsync(HttpRequest request, Stream stream, JsonObject payload, string? key, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).ToString();
        if (boundary.Length == 0)
        {
            throw Invalid("has no boundary in its Content-Type");
        }

        var reader = new MultipartReader(boundary, stream);
        while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                throw Invalid("has a part without Content-Disposition");
            }

            if (disposition.IsFileDisposition())
            {
                var name = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString();
                await StoreAsync(section.Body, payload, name, section.ContentType, key, cancellationToken).ConfigureAwait(false);
                payload[FileNameMember] ??= name;
                continue;
            }

            Add(payload, HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), await ReadTextAsync(section.Body, cancellationToken).ConfigureAwait(false));
        }

        if (payload["contentUrl"] is null)
        {
            throw Invalid("has no part that is a file, with a filename");
        }
    }

    private async Task StoreAsync(
        Stream stream, JsonObject payload, string? name, string? type, string? key, CancellationToken cancellationToken)
    {
        if (payload.ContainsKey("contentUrl") || payload.ContainsKey("content"))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, payload.ContainsKey("content") ? "content" : "contentUrl", "does not go together with a body that is the file, and there is one file");
        }

        var folder = key is null ? $"{Guid.NewGuid():N}" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..FolderLength];
        var (url, _) = await files.WriteAsync(
            $"uploads/{folder}",
            name,
            MediaTypeHeaderValue.TryParse(type, out var told) ? told.MediaType.Value! : FileObjects.AnyType,
            async (blob, cancellation) => await stream.CopyToAsync(blob, cancellation).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        payload["contentUrl"] = url;
    }

    private static async Task<string> ReadTextAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length <= MaxFieldBytes ? Encoding.UTF8.GetString(buffer, 0, length) : throw Invalid($"has a field of more than {MaxFieldBytes} bytes");
    }

    private static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    private static InvalidPayloadException Invalid(string complaint) => new(ErrorCodes.InvalidMember, "body", complaint);

    private static void Add(JsonObject payload, string name, string text)
    {
        if (name != JsonPart)
        {
            payload[name] = text;
            return;
        }

        try
        {
            foreach (var (member, value) in JsonNode.Parse(text) as JsonObject ?? throw Invalid($"has a part {JsonPart} that is not a JSON object"))
            {
                payload[member] = value?.DeepClone();
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ConnectorException(Invalid($"has a part {JsonPart} that is not a JSON object").Problem, e);
        }
    }
}
