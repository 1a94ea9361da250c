using System.Text;
using Benchmarks.Peers;

namespace Benchmarks.Http;

/// <summary>Clients that call one target, each the next time when it has the answer.</summary>
internal sealed class Load : IDisposable
{
    private const int LongestReply = 8_192;

    private static readonly byte[] RecordId = Encoding.ASCII.GetBytes(Sample.RecordId);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });

    /// <summary>Calls until there were enough calls, or time is up.</summary>
    /// <exception cref="InvalidDataException">An answer was not the right one.</exception>
    public async Task<LoadResult> RunAsync(Target target, Operation operation, int clients, int calls, TimeSpan limit, CancellationToken cancellationToken)
    {
        var left = calls;
        var started = TimeProvider.System.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                var own = new List<double>();
                var buffer = new byte[LongestReply];
                while (Interlocked.Decrement(ref left) >= 0 && TimeProvider.System.GetElapsedTime(started) < limit)
                {
                    var sent = TimeProvider.System.GetTimestamp();
                    await CallAsync(target, operation, buffer, cancellationToken);
                    own.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
                }

                return own;
            },
            cancellationToken)));
        return new LoadResult(TimeProvider.System.GetElapsedTime(started), [.. times.SelectMany(own => own)]);
    }

    public void Dispose() => _http.Dispose();

    private async Task CallAsync(Target target, Operation operation, byte[] buffer, CancellationToken cancellationToken)
    {
        using var request = target.NewRequest(operation);
        using var response = await _http.SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if ((int)response.StatusCode != target.StatusOf(operation) || length == buffer.Length || buffer.AsSpan(0, length).IndexOf(RecordId) < 0)
        {
            throw new InvalidDataException($"{target.Name} answered {operation.Name} with {(int)response.StatusCode}: {Encoding.UTF8.GetString(buffer, 0, length)}");
        }
    }
}

/// <summary>Calls that were made.</summary>
/// <param name="Milliseconds">Of each one.</param>
internal sealed record LoadResult(TimeSpan Elapsed, IReadOnlyList<double> Milliseconds)
{
    public double CallsPerSecond => Milliseconds.Count / Elapsed.TotalSeconds;
}
