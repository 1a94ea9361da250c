using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace TestDrivers;

/// <summary>What a producer does, and whoever waits for results, with the queues of a storage account.</summary>
internal sealed class QueueDriver(string connectionString)
{
    private const int MaxBatch = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly QueueServiceClient _service = new(connectionString);
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _results = [];

    /// <summary>Results that were taken from a queue and have not been asked for.</summary>
    public IReadOnlyList<JsonObject> OtherResults
    {
        get
        {
            lock (_lock)
            {
                return [.. _results];
            }
        }
    }

    public QueueClient Queue(string name) => _service.GetQueueClient(name);

    /// <summary>The names of all queues, in order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync() =>
        await _service.GetQueuesAsync(cancellationToken: TestContext.Current.CancellationToken)
            .Select(queue => queue.Name).Order().ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Makes an empty queue.</summary>
    public async Task<QueueClient> CreateAsync(string name)
    {
        await Queue(name).CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        return Queue(name);
    }

    /// <summary>Sends a message: text that goes out as it is.</summary>
    public async Task<string> SendAsync(string queue, string text)
    {
        var receipt = await Queue(queue).SendMessageAsync(text, TestContext.Current.CancellationToken);
        return receipt.Value.MessageId;
    }

    /// <summary>Waits for a result and takes it off its queue. Others that come are kept until they are asked for.</summary>
    /// <param name="correlationId"><see langword="null"/> for a result that has none.</param>
    public async Task<JsonObject> ReceiveResultAsync(string? correlationId, string queue = "salesforce-results")
    {
        JsonObject? result = null;
        await WaitAsync(
            async () =>
            {
                var taken = await TakeAllAsync(queue);
                lock (_lock)
                {
                    _results.AddRange(taken.Select(text => JsonNode.Parse(text)!.AsObject()));
                    result = _results.Find(found => (string?)found["correlationId"] == correlationId);
                    return result is not null && _results.Remove(result);
                }
            },
            () => $"a result for {correlationId ?? "no correlation id"} on {queue}; got {string.Join(", ", OtherResults.Select(other => other.ToJsonString()))}");
        return result!;
    }

    /// <summary>Takes the texts of all messages that can be taken now.</summary>
    public async Task<IReadOnlyList<string>> TakeAllAsync(string queue)
    {
        var client = Queue(queue);
        var texts = new List<string>();
        QueueMessage[] batch;
        do
        {
            batch = (await client.ReceiveMessagesAsync(MaxBatch, cancellationToken: TestContext.Current.CancellationToken)).Value;
            foreach (var message in batch)
            {
                await client.DeleteMessageAsync(message.MessageId, message.PopReceipt, TestContext.Current.CancellationToken);
                texts.Add(message.MessageText);
            }
        }
        while (batch.Length == MaxBatch);
        return texts;
    }

    /// <summary>A container of blobs.</summary>
    public BlobContainerClient Container(string name) => new(connectionString, name);

    /// <summary>Writes a blob, and returns its URL.</summary>
    public async Task<string> UploadBlobAsync(string container, string name, byte[] bytes)
    {
        var blob = new BlobContainerClient(connectionString, container).GetBlobClient(name);
        await blob.UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, TestContext.Current.CancellationToken);
        return blob.Uri.ToString();
    }

    /// <summary>The bytes of a blob.</summary>
    public async Task<byte[]> DownloadBlobAsync(string url)
    {
        var blob = new BlobUriBuilder(new Uri(url));
        var content = await new BlobContainerClient(connectionString, blob.BlobContainerName).GetBlobClient(blob.BlobName)
            .DownloadContentAsync(TestContext.Current.CancellationToken);
        return content.Value.Content.ToArray();
    }

    /// <summary>The text of a blob, by the URL that a result has.</summary>
    public async Task<string> ReadBlobAsync(string url) => (await ReadBlobWithTypeAsync(url)).Text;

    /// <summary>The same with the blob's content type, which whoever downloads it goes by.</summary>
    public async Task<(string Text, string Type)> ReadBlobWithTypeAsync(string url)
    {
        var blob = new BlobUriBuilder(new Uri(url));
        var content = await new BlobContainerClient(connectionString, blob.BlobContainerName).GetBlobClient(blob.BlobName)
            .DownloadContentAsync(TestContext.Current.CancellationToken);
        return (content.Value.Content.ToString(), content.Value.Details.ContentType);
    }

    /// <summary>How many messages there are, hidden ones too. Fails if there is no such queue.</summary>
    public async Task<int> CountAsync(string queue) =>
        (await Queue(queue).GetPropertiesAsync(TestContext.Current.CancellationToken)).Value.ApproximateMessagesCount;

    /// <summary>Waits until there are that many messages. The Functions host creates a poison queue with its first message.</summary>
    public Task WaitForCountAsync(string queue, int count) =>
        WaitAsync(
            async () =>
            {
                try
                {
                    return await CountAsync(queue) == count;
                }
                catch (RequestFailedException exception) when (count > 0 && exception.ErrorCode == QueueErrorCode.QueueNotFound)
                {
                    return false;
                }
            },
            () => $"{count} messages on {queue}");

    /// <summary>Looks until something is so, and fails the test if it is not within a minute.</summary>
    public static async Task WaitAsync(Func<Task<bool>> isSoAsync, Func<string> awaited)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSoAsync())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"Waited in vain for {awaited()}.");
            }

            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
