using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;

namespace Benchmarks.EmptyFunction;

/// <summary>Sends one result for each message: the message itself.</summary>
public sealed class EmptyMessage(QueueClient results)
{
    public const string Requests = "benchmark-empty";
    public const string Results = "benchmark-empty-results";

    [Function(nameof(EmptyMessage))]
    public Task RunAsync([QueueTrigger(Requests, Connection = "Storage")] string message, CancellationToken cancellationToken) =>
        results.SendMessageAsync(message, cancellationToken);
}
