using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// The memory that the payloads of HTTP calls may take together, <see cref="SalesforceOptions.MaxPayloadBytesAtOnce"/>.
/// A payload reserves its bytes before they are read; one for which there is no room waits its turn.
/// </summary>
public sealed class PayloadMemory(IOptions<SalesforceOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>What is reserved and read at a time.</summary>
    internal const int BlockBytes = 1_048_576;

    /// <summary>How long a payload waits for room.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int _blocks = options.Value.MaxPayloadBytesAtOnce / BlockBytes;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.MaxPayloadBytesAtOnce / BlockBytes,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    // Used again, as large arrays that are dropped stay in memory for long.
    private readonly Stack<byte[]> _free = [];
    private int _reservations;

    public void Dispose() => _limiter.Dispose();

    /// <summary>Reserves memory until the result is disposed of.</summary>
    /// <exception cref="ConnectorException">There has been no room for <see cref="Patience"/>.</exception>
    internal async Task<Reservation> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        var blocks = (int)Math.Min((bytes + BlockBytes - 1) / BlockBytes, _blocks);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var lease = await _limiter.AcquireAsync(blocks, either.Token).ConfigureAwait(false);
            Interlocked.Increment(ref _reservations);
            return new Reservation(this, lease);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectorException(Busy, e);
        }
    }

    private Problem Busy =>
        Problem.Create(
            ProblemKind.Unavailable,
            StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.Busy,
            $"The connector holds as many bytes of payloads as it may at once ({options.Value.MaxPayloadBytesAtOnce}, Salesforce__MaxPayloadBytesAtOnce); nothing was executed.",
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
            // Nothing is being read: a quarter is enough for the next ones.
            while (_free.Count > _blocks / 4 && Volatile.Read(ref _reservations) == 0)
            {
                _free.Pop();
            }
        }

        blocks.Clear();
    }

    /// <summary>The memory of one payload.</summary>
    internal sealed class Reservation(PayloadMemory memory, RateLimitLease lease) : IDisposable
    {
        private readonly List<byte[]> _blocks = [];

        public byte[] NextBlock()
        {
            var block = memory.Rent();
            _blocks.Add(block);
            return block;
        }

        /// <summary>Gives the blocks back. What was reserved stays so, for what has been made of them.</summary>
        public void ReturnBlocks() => memory.Return(_blocks);

        public void Dispose()
        {
            Interlocked.Decrement(ref memory._reservations);
            ReturnBlocks();
            lease.Dispose();
        }
    }
}
