using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace Benchmarks.Scale.Account;

/// <summary>A storage account with its limits, and the clients before it, which repeat what it refuses.</summary>
/// <remarks>
/// "Scalability and performance targets for Queue Storage": 20,000 requests a second for an account; 2,000 messages a
/// second for a queue, where by the "Performance and scalability checklist for Queue Storage" each message that is put, got
/// or deleted counts as one. What is refused is answered 503 ServerBusy, and counts for neither limit.
/// </remarks>
internal sealed class SimulatedStorage(VirtualClock clock)
{
    public const int MessagesOfQueue = 2_000;
    public const int EntitiesOfPartition = 2_000;

    private const int RequestsOfAccount = 20_000;

    private static readonly TimeSpan RequestTakes = TimeSpan.FromMilliseconds(10);

    // The clients' own defaults, which the connector, the Functions host and this engine leave as they are.
    private static readonly Retries OfQueues = Retries.From(new QueueClientOptions().Retry);
    private static readonly Retries OfTables = Retries.From(new TableClientOptions().Retry);

    private readonly RateLimit _account = new(RequestsOfAccount, clock);
    private readonly Dictionary<string, SimulatedQueue> _queues = [];

    /// <summary>All requests, the refused ones and the repeated ones included.</summary>
    public long Requests { get; private set; }

    public long Refused { get; private set; }

    public IReadOnlyCollection<SimulatedQueue> Queues => _queues.Values;

    public SimulatedQueue Queue(string name) =>
        _queues.TryGetValue(name, out var queue) ? queue : _queues[name] = new SimulatedQueue(name, this, clock);

    /// <summary>Sends a request to a queue until it is let through, or the client gives up.</summary>
    /// <param name="answer">Carries the request out.</param>
    /// <param name="messages">How many messages an answer counts for.</param>
    /// <exception cref="RequestFailedException">All attempts were refused, or the answer is a refusal.</exception>
    public Task<T> AskQueueAsync<T>(RateLimit queue, Func<T> answer, Func<T, int> messages) => AskAsync(queue, OfQueues, answer, messages);

    /// <inheritdoc cref="AskQueueAsync"/>
    public Task<T> AskTableAsync<T>(RateLimit partition, Func<T> answer) => AskAsync(partition, OfTables, answer, _ => 1);

    private async Task<T> AskAsync<T>(RateLimit partition, Retries retries, Func<T> answer, Func<T, int> units)
    {
        for (var attempt = 1; ; attempt++)
        {
            await clock.Delay(RequestTakes);
            Requests++;
            if (_account.HasRoom && partition.HasRoom)
            {
                var result = answer();
                _account.Take(1);
                partition.Take(units(result));
                return result;
            }

            Refused++;
            if (attempt > retries.Most)
            {
                throw new RequestFailedException(503, "The server is busy.", "ServerBusy", null);
            }

            await clock.Delay(retries.Delays.GetNextDelay(null, attempt));
        }
    }

    private sealed record Retries(int Most, DelayStrategy Delays)
    {
        public static Retries From(RetryOptions options) =>
            new(options.MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(options.Delay, options.MaxDelay));
    }
}
