using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Connector.Tests.Queues.Steps;

/// <summary>A message in memory.</summary>
internal sealed record StepMessage(string Id, string Text, DateTimeOffset VisibleAt, DateTimeOffset? ExpiresOn, int Dequeued = 0);

/// <summary>All queues of an account in memory: each request is a step.</summary>
internal sealed class StepQueues(StepRecorder steps, TimeProvider time) : QueueServiceClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StepMessage>> _queues = [];
    private int _ids;

    public override QueueClient GetQueueClient(string queueName) => new Client(this, steps, queueName);

    /// <summary>What is on a queue, out of sight or not.</summary>
    public IReadOnlyList<StepMessage> On(string queue)
    {
        lock (_lock)
        {
            return [.. Of(queue)];
        }
    }

    /// <summary>Puts a message on a queue, as a producer or the host does.</summary>
    public StepMessage Put(string queue, string text, TimeSpan delay = default, TimeSpan? lifetime = null)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var message = new StepMessage($"{++_ids}", text, now + delay, lifetime is { } ends && ends > TimeSpan.Zero ? now + ends : null);
            Of(queue).Add(message);
            return message;
        }
    }

    public void Remove(string queue, string id)
    {
        lock (_lock)
        {
            Of(queue).RemoveAll(message => message.Id == id);
        }
    }

    /// <summary>Takes a message and hides it.</summary>
    public StepMessage Hide(string queue, StepMessage message, TimeSpan time1, int dequeued)
    {
        lock (_lock)
        {
            var hidden = message with { VisibleAt = time.GetUtcNow() + time1, Dequeued = dequeued };
            Of(queue)[Of(queue).FindIndex(found => found.Id == message.Id)] = hidden;
            return hidden;
        }
    }

    private List<StepMessage> Of(string queue) =>
        _queues.TryGetValue(queue, out var messages) ? messages : _queues[queue] = [];

    private sealed class Client(StepQueues all, StepRecorder steps, string name) : QueueClient
    {
        public override string Name => name;

        public override Task<Response<SendReceipt>> SendMessageAsync(
            string messageText, TimeSpan? visibilityTimeout = null, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Queue, $"send to {name}", () =>
            {
                System.Xml.XmlConvert.VerifyXmlChars(messageText);
                System.Text.Encoding.UTF8.GetByteCount(messageText).ShouldBeLessThanOrEqualTo(65_536);
                timeToLive.ShouldBe(TimeSpan.FromSeconds(-1));
                var message = all.Put(name, messageText, visibilityTimeout ?? default, timeToLive);
                return Task.FromResult(Response.FromValue(
                    QueuesModelFactory.SendReceipt(message.Id, message.VisibleAt, DateTimeOffset.MaxValue, "receipt", message.VisibleAt),
                    new StorageAnswer(201, default)));
            });

        public override Task<Response<QueueMessage[]>> ReceiveMessagesAsync(
            int? maxMessages = null, TimeSpan? visibilityTimeout = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Queue, $"receive from {name}", () => Task.FromResult(Response.FromValue(
                all.On(name).Where(message => message.VisibleAt <= all.Now).Take(maxMessages ?? 1)
                    .Select(message => all.Hide(name, message, visibilityTimeout ?? TimeSpan.FromSeconds(30), message.Dequeued + 1))
                    .Select(message => QueuesModelFactory.QueueMessage(
                        message.Id, "receipt", message.Text, message.Dequeued, message.VisibleAt, all.Now, message.ExpiresOn))
                    .ToArray(),
                new StorageAnswer(200, default))));

        // The two requests of the gauge are no steps: they are made only while a test of the same process listens to the metrics.
        public override Task<Response<QueueProperties>> GetPropertiesAsync(CancellationToken cancellationToken = default) =>
            Task.FromResult(Response.FromValue(
                QueuesModelFactory.QueueProperties(new Dictionary<string, string>(), all.On(name).Count), new StorageAnswer(200, default)));

        public override Task<Response<PeekedMessage>> PeekMessageAsync(CancellationToken cancellationToken = default) =>
            Task.FromResult(Response.FromValue(
                all.On(name).Where(message => message.VisibleAt <= all.Now)
                    .Select(message => QueuesModelFactory.PeekedMessage(message.Id, message.Text, message.Dequeued, all.Now, message.ExpiresOn))
                    .FirstOrDefault()!,
                new StorageAnswer(200, default)));

        public override Task<Response> DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Queue, $"delete from {name}", () =>
            {
                all.Remove(name, messageId);
                return Task.FromResult<Response>(new StorageAnswer(204, default));
            });
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
