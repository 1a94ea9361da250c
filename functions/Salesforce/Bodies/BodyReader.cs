using System.IO.Pipelines;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>Reads a body as a stream while it is being received.</summary>
internal static class BodyReader
{
    // Received ahead of what has been read.
    private const int AheadBytes = 1 << 20;

    /// <param name="readAsync">Reads the stream to its end. What it has begun ends with it: its token is canceled then.</param>
    /// <exception cref="IOException">The connection failed before the end of the body.</exception>
    public static async Task<T> ReadAsync<T>(
        this ReplyBody body, Func<Stream, CancellationToken, Task<T>> readAsync, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: AheadBytes, resumeWriterThreshold: AheadBytes / 2, useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveAsync();
        try
        {
            var result = await readAsync(pipe.Reader.AsStream(leaveOpen: true), stop.Token).ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
            return result;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task ReceiveAsync()
        {
            Exception? failure = null;
            try
            {
                await body.CopyToAsync(pipe.Writer.AsStream(leaveOpen: true), stallTimeout, time, stop.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
                throw;
            }
            finally
            {
                // The reader gets the failure instead of an end.
                await pipe.Writer.CompleteAsync(failure).ConfigureAwait(false);
            }
        }
    }
}
