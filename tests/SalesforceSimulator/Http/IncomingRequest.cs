using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SalesforceSimulator.Files;

namespace SalesforceSimulator.Http;

/// <summary>A complete request, with the path and query as sent.</summary>
internal sealed record IncomingRequest(string Method, string Path, string Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body, int UriLength)
{
    private const int RecordedBodyLength = 64 * 1024;

    /// <summary>The body's parts, in place of <see cref="Body"/>; <see langword="null"/> if it is not multipart/form-data.</summary>
    public MultipartBody? Multipart { get; init; }

    /// <summary>The body if it is CSV, in place of <see cref="Body"/>: it can be large.</summary>
    public TemporaryFile? Csv { get; init; }

    /// <summary>The decoded segments of the path.</summary>
    public string[] Segments => [.. Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    public int HeadersLength => Headers.Sum(header => header.Key.Length + ": \r\n".Length + header.Value.ToString().Length);

    public static async Task<IncomingRequest> ReadAsync(HttpContext context)
    {
        var request = context.Request;

        // ASP.NET Core decodes the path, so an external id with %2F would be lost.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var split = target.Split('?', 2);
        var multipart = await MultipartBody.ReadAsync(request, context.RequestAborted);
        var csv = request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true
            ? await TemporaryFile.ReadAsync(request.Body, context.RequestAborted)
            : null;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        return new IncomingRequest(
            request.Method,
            split[0],
            split.ElementAtOrDefault(1) ?? "",
            request.Headers,
            body.ToArray(),
            request.Scheme.Length + "://".Length + request.Host.ToString().Length + target.Length)
        {
            Multipart = multipart,
            Csv = csv,
        };
    }

    public RecordedRequest ToRecord() => new(
        Method,
        Path,
        Query,
        Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        Text(Multipart?.Json ?? (Csv is null ? Body : Start(Csv))));

    private static byte[] Start(TemporaryFile file)
    {
        var bytes = new byte[Math.Min(file.Length, RecordedBodyLength)];
        return bytes[..file.Read(0, bytes)];
    }

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, RecordedBodyLength)]);
}
