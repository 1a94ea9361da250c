using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// Limits the total memory of HTTP payloads to <see cref="SalesforceOptions.MaxPayloadBytesAtOnce"/>. Each payload
/// reserves its bytes before it is read, and waits in a queue while there is not enough memory.
/// </summary>
public sealed class PayloadMemory(IOptions<SalesforceOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The unit of reservation and of reading.</summary>
    internal const int BlockBytes = 1_048_576;

    /// <summary>The longest wait for memory.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int _blocks = options.Value.MaxPayloadBytesAtOnce / BlockBytes;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.MaxPayloadBytesAtOnce / BlockBytes,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    // Blocks are reused, because large arrays stay in memory long after they are released.
    private readonly Stack<byte[]> _free = [];
    private int _reservations;

    public void Dispose() => _limiter.Dispose();

    /// <summary>Reserves memory until the returned object is disposed.</summary>
    /// <exception cref="ConnectorException">There was not enough memory within <see cref="Patience"/>.</exception>
    internal async Task<Reservation> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        var blocks = (int)Math.Min((bytes + BlockBytes - 1) / BlockBytes, _blocks);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        // From here on: one that waits will use the blocks of those that end.
        Interlocked.Increment(ref _reservations);
        try
        {
            return new Reservation(this, await _limiter.AcquireAsync(blocks, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e)
        {
            Interlocked.Decrement(ref _reservations);
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new ConnectorException(Busy, e);
        }
    }

    private Problem Busy =>
        Problem.Create(
            ProblemKind.Unavailable,
            StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.Busy,
            $"The payloads in memory have reached their limit of {options.Value.MaxPayloadBytesAtOnce} bytes (Salesforce__MaxPayloadBytesAtOnce); nothing was executed.",
            retryable: true) with
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    private byte[] Rent()
    {
        lock (_free)
        {
            return _free.TryPop(out var block) ? block : GC.AllocateUninitializedArray<byte>(BlockBytes);
        }
    }

    private void Return(List<byte[]> blocks)
    {
        lock (_free)
        {
            blocks.ForEach(_free.Push);
            // While no payload is being read or waits, keep only a quarter of the blocks.
            while (_free.Count > _blocks / 4 && Volatile.Read(ref _reservations) == 0)
            {
                _free.Pop();
            }
        }

        blocks.Clear();
    }

    /// <summary>The reserved memory of one payload.</summary>
    internal sealed class Reservation(PayloadMemory memory, RateLimitLease lease) : IDisposable
    {
        private readonly List<byte[]> _blocks = [];

        public byte[] NextBlock()
        {
            var block = memory.Rent();
            _blocks.Add(block);
            return block;
        }

        /// <summary>Returns the blocks. The reservation remains, for the objects created from their content.</summary>
        public void ReturnBlocks() => memory.Return(_blocks);

        public void Dispose()
        {
            Interlocked.Decrement(ref memory._reservations);
            ReturnBlocks();
            lease.Dispose();
        }
    }
}
