using System.IO.Pipelines;
using System.Text.Json;

namespace SalesforceSimulator.Http;

/// <summary>The destination of a JSON body: a writer, and the connection behind it, if any.</summary>
internal sealed class JsonOutput(Utf8JsonWriter writer, PipeWriter? connection = null, CancellationToken cancellationToken = default)
{
    private const int DrainAt = 32 * 1024;
    private long _drained;

    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>Flushes to the connection once enough was written, and waits while the client reads slowly.</summary>
    public async ValueTask DrainAsync()
    {
        var written = Writer.BytesCommitted + Writer.BytesPending;
        if (connection is not null && written - _drained >= DrainAt)
        {
            _drained = written;
            await Writer.FlushAsync(cancellationToken);
            await connection.FlushAsync(cancellationToken);
        }
    }
}
