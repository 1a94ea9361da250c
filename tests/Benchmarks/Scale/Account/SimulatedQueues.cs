using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using TestDrivers;

namespace Benchmarks.Scale.Account;

/// <summary>The connector's client of the simulated queues. It only sends: the Functions host gets and deletes.</summary>
internal sealed class SimulatedQueues(SimulatedStorage storage, TimeProvider clock) : QueueServiceClient
{
    public override QueueClient GetQueueClient(string queueName) => new Client(storage.Queue(queueName), clock);

    private sealed class Client(SimulatedQueue queue, TimeProvider clock) : QueueClient
    {
        public override string Name => queue.Name;

        public override async Task<Response<SendReceipt>> SendMessageAsync(
            string messageText, TimeSpan? visibilityTimeout = null, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
        {
            var message = await queue.PutAsync(messageText, visibilityTimeout ?? TimeSpan.Zero);
            var now = clock.GetUtcNow();
            return Response.FromValue(
                QueuesModelFactory.SendReceipt(message.Id, now, DateTimeOffset.MaxValue, "receipt", now + (visibilityTimeout ?? TimeSpan.Zero)),
                new StorageAnswer(201, default));
        }
    }
}
