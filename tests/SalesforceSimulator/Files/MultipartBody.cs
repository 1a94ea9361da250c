using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace SalesforceSimulator.Files;

/// <summary>The body of a request that inserts a record with its file: a part of JSON, and parts that are files.</summary>
/// <param name="Json">The part of JSON; <see langword="null"/> if there is none.</param>
/// <param name="Files">The others, by the names of their fields.</param>
/// <remarks>REST API Developer Guide, "Insert or Update Blob Data". jsforce sends the file first: the order does not count.</remarks>
internal sealed record MultipartBody(ReadOnlyMemory<byte>? Json, IReadOnlyDictionary<string, FileContent> Files)
{
    private const int LongestBoundary = 70;

    /// <returns><see langword="null"/> if the request has another type of body.</returns>
    /// <exception cref="InvalidDataException">The body is no such one.</exception>
    public static async Task<MultipartBody?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw new InvalidDataException($"The boundary must have 1 to {LongestBoundary} characters.");
        }

        ReadOnlyMemory<byte>? json = null;
        var files = new Dictionary<string, FileContent>();
        var reader = new MultipartReader(boundary, request.Body) { BodyLengthLimit = null };
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                throw new InvalidDataException("A part has no Content-Disposition.");
            }

            if (disposition.IsFileDisposition())
            {
                files[HeaderUtilities.RemoveQuotes(disposition.Name).ToString()] = await FileContent.ReadAsync(section.Body, cancellationToken);
                continue;
            }

            using var text = new MemoryStream();
            await section.Body.CopyToAsync(text, cancellationToken);
            json = json is null && section.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
                ? text.ToArray()
                : throw new InvalidDataException("There must be one part of application/json, and files.");
        }

        return new MultipartBody(json, files);
    }
}
