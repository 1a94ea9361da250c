using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Faults;

/// <summary>
/// The least that a client can do for the same result: it streams the blob into jobs of the same size, closes them, looks every
/// 200 ms until they have ended, and reads the failed rows. It stores nothing, and knows that no value has a line break.
/// </summary>
internal sealed class BareClient(BulkRows rows, Uri org) : IDisposable
{
    private const string Jobs = "/services/data/v67.0/jobs/ingest";
    private const int JobBytes = 95_000_000;

    private static readonly byte[] Header = Encoding.UTF8.GetBytes(BulkRows.Header);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new() { BaseAddress = org };

    /// <returns>The number of rows that the org says it has written.</returns>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        await LogInAsync(cancellationToken);
        var ids = new List<string>();
        using (var source = (await rows.Client.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value)
        {
            var part = new Part(source.Content);
            await part.SkipAsync(Header.Length, cancellationToken);
            while (!part.IsAtEnd)
            {
                ids.Add(await SendAsync(part, cancellationToken));
            }
        }

        var written = 0L;
        foreach (var id in ids)
        {
            var job = await FollowAsync(id, cancellationToken);
            written += (long)job["numberRecordsProcessed"]! - (long)job["numberRecordsFailed"]!;
            await using var failed = await _http.GetStreamAsync(new Uri($"{Jobs}/{id}/failedResults", UriKind.Relative), cancellationToken);
            await failed.CopyToAsync(Stream.Null, cancellationToken);
        }

        return written;
    }

    public void Dispose() => _http.Dispose();

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "local-client-id",
            ["client_secret"] = "local-client-secret",
        });
        using var reply = await _http.PostAsync(new Uri("/services/oauth2/token", UriKind.Relative), form, cancellationToken);
        var token = await ReadAsync(reply, cancellationToken);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
    }

    private async Task<string> SendAsync(Part part, CancellationToken cancellationToken)
    {
        using var made = await _http.PostAsJsonAsync(Jobs, new { @object = "Account", operation = "insert" }, cancellationToken);
        var id = (string)(await ReadAsync(made, cancellationToken))["id"]!;
        using var content = new PartContent(part);
        using var uploaded = await _http.PutAsync(new Uri($"{Jobs}/{id}/batches", UriKind.Relative), content, cancellationToken);
        uploaded.EnsureSuccessStatusCode();
        using var closed = await _http.PatchAsJsonAsync($"{Jobs}/{id}", new { state = "UploadComplete" }, cancellationToken);
        closed.EnsureSuccessStatusCode();
        return id;
    }

    private async Task<JsonNode> FollowAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var reply = await _http.GetAsync(new Uri($"{Jobs}/{id}", UriKind.Relative), cancellationToken);
            var job = await ReadAsync(reply, cancellationToken);
            if ((string)job["state"]! is "JobComplete" or "Failed" or "Aborted")
            {
                return job;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        reply.EnsureSuccessStatusCode();
        return (await reply.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
    }

    /// <summary>The rows that are still to be sent, of which a job takes as many whole ones as fit.</summary>
    private sealed class Part(Stream source)
    {
        private readonly byte[] _buffer = new byte[1 << 20];

        // How much has been read of what is still to be sent.
        private int _filled;
        private bool _isRead;

        public bool IsAtEnd => _isRead && _filled == 0;

        public async Task SkipAsync(int count, CancellationToken cancellationToken) =>
            await source.ReadExactlyAsync(new byte[count], cancellationToken);

        public async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            await destination.WriteAsync(Header, cancellationToken);
            var left = JobBytes - Header.Length;
            while (!IsAtEnd)
            {
                var read = await source.ReadAsync(_buffer.AsMemory(_filled), cancellationToken);
                (_filled, _isRead) = (_filled + read, read == 0);
                var whole = _buffer.AsSpan(0, Math.Min(_filled, left)).LastIndexOf((byte)'\n') + 1;
                await destination.WriteAsync(_buffer.AsMemory(0, whole), cancellationToken);
                _buffer.AsSpan(whole, _filled - whole).CopyTo(_buffer);
                (_filled, left) = (_filled - whole, left - whole);
                if (_filled > left)
                {
                    return;
                }
            }
        }
    }

    private sealed class PartContent : HttpContent
    {
        private readonly Part _part;

        public PartContent(Part part)
        {
            _part = part;
            Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            _part.CopyAsync(stream, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
