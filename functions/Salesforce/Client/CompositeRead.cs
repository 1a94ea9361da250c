using System.Buffers;
using System.Text;
using System.Text.Json;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>
/// Sends a read whose URL is too long as the only subrequest of a composite request, and unwraps the reply.
/// </summary>
internal sealed class CompositeRead
{
    /// <summary>The path of composite requests.</summary>
    public const string CompositePath = "composite";

    /// <summary>For queries and sObject resources.</summary>
    /// <remarks>
    /// REST API Developer Guide, "Composite"; Salesforce Help 000386264 names it as the way for a long SOQL query.
    /// The reply is <c>{"compositeResponse":[{"body":…,"httpHeaders":{},"httpStatusCode":200,"referenceId":"…"}]}</c>.
    /// </remarks>
    // Proxies often reject request lines over 8 KiB.
    public static readonly CompositeRead InComposite = new(CompositePath, longestUrl: 7_500, WriteComposite, "compositeResponse", "body", "httpStatusCode");

    /// <summary>For searches, which the composite resource does not support. The subrequest cannot have headers.</summary>
    /// <remarks>
    /// REST API Developer Guide, "Composite Batch". The reply is <c>{"hasErrors":false,"results":[{"statusCode":200,"result":…}]}</c>.
    /// </remarks>
    public static readonly CompositeRead InBatch = new("composite/batch", RestUrl.LongestSent, WriteBatch, "results", "result", "statusCode");

    private const int BufferBytes = 16 << 10;

    private readonly Action<Utf8JsonWriter, string, IReadOnlyList<KeyValuePair<string, string>>> _write;
    private readonly string _results;
    private readonly string _body;
    private readonly string _status;

    private CompositeRead(
        string path,
        int longestUrl,
        Action<Utf8JsonWriter, string, IReadOnlyList<KeyValuePair<string, string>>> write,
        string results,
        string body,
        string status) =>
        (Path, LongestUrl, _write, _results, _body, _status) = (path, longestUrl, write, results, body, status);

    /// <summary>The path of the enclosing request.</summary>
    public string Path { get; }

    /// <summary>The longest path with query, in characters, that is sent as a separate request.</summary>
    public int LongestUrl { get; }

    /// <summary>Creates the enclosing request for a GET of <paramref name="url"/>, a path with its query.</summary>
    /// <param name="headers">The headers of that GET.</param>
    public byte[] Wrap(string url, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            _write(writer, url, headers);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteComposite(Utf8JsonWriter writer, string url, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("compositeRequest");
        writer.WriteStartObject();
        writer.WriteString("method", "GET");
        writer.WriteString("url", url);
        writer.WriteString("referenceId", "read");
        if (headers.Count > 0)
        {
            writer.WriteStartObject("httpHeaders");
            foreach (var (name, value) in headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteBatch(Utf8JsonWriter writer, string url, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        // In a batch, URLs start with the API version.
        const string Root = "/services/data/";
        writer.WriteStartObject();
        writer.WriteStartArray("batchRequests");
        writer.WriteStartObject();
        writer.WriteString("method", "GET");
        writer.WriteString("url", url[Root.Length..]);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Unwraps the subrequest's reply: its status, and its body as a stream.</summary>
    /// <remarks>
    /// In the reply the body comes before the status, and is streamed before the status is known. An error is an array and
    /// a result never is, so the body's first character tells them apart. The status is checked when it arrives.
    /// </remarks>
    /// <exception cref="UnexpectedReplyException">The reply does not contain exactly one result.</exception>
    /// <exception cref="IOException">The reply is incomplete.</exception>
    public async Task<(int Status, Stream Body)> UnwrapAsync(Stream reply, CancellationToken cancellationToken)
    {
        var prefix = new ArrayBufferWriter<byte>(BufferBytes);
        while (true)
        {
            var read = await reply.ReadAsync(prefix.GetMemory(BufferBytes), cancellationToken).ConfigureAwait(false);
            prefix.Advance(read);
            if (FindBody(prefix.WrittenSpan) is { } start)
            {
                if (prefix.WrittenSpan[start] == (byte)'{')
                {
                    return (200, new CompositeReadBody(this, reply, prefix.WrittenMemory, start));
                }

                break;
            }

            if (read == 0 || prefix.WrittenCount > ErrorBody.MaxBytes)
            {
                throw Malformed();
            }
        }

        using var whole = new MemoryStream();
        whole.Write(prefix.WrittenSpan);
        whole.Write(await ErrorBody.ReadAsync(reply, "", cancellationToken).ConfigureAwait(false));
        return ReadWhole(whole.ToArray());
    }

    /// <summary>Extracts the subrequest's reply from a whole one.</summary>
    /// <exception cref="UnexpectedReplyException">The reply contains none.</exception>
    public (int Status, Stream Body) ReadWhole(byte[] reply)
    {
        try
        {
            using var document = JsonDocument.Parse(reply);
            var subreply = document.RootElement.GetProperty(_results)[0];
            var body = Encoding.UTF8.GetBytes(subreply.GetProperty(_body).GetRawText());
            return (subreply.GetProperty(_status).GetInt32(), new MemoryStream(body));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw Malformed(e);
        }
    }

    /// <returns>The position of the first result's body; <see langword="null"/> if it has not been received yet.</returns>
    private int? FindBody(ReadOnlySpan<byte> prefix)
    {
        const int MemberDepth = 3;
        var reader = new Utf8JsonReader(prefix, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == MemberDepth && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(_body))
                {
                    return reader.Read() ? (int)reader.TokenStartIndex : null;
                }
            }

            return null;
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    public UnexpectedReplyException Malformed(Exception? cause = null) =>
        new($"Salesforce's reply is not that of a request to {Path} with one subrequest.", cause);
}
