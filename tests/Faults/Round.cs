using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Faults;

/// <summary>One round: sends creates, takes results, and kills the functions on the way.</summary>
internal sealed class Round(string connectionString, int messages, int kills, bool withExternalId, TextWriter output)
{
    private const string Prefix = "fault-";
    private const int Senders = 8;
    private const int MaxBatch = 32;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly QueueServiceClient _queues = new(connectionString);
    private readonly Dictionary<string, JsonObject> _results = [];
    private int _repeated;

    public async Task<Balance> RunAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var org = await Org.StartAsync(cancellationToken);
        using var host = new HostProcess(connectionString, org.BaseUrl);
        await output.WriteLineAsync($"{messages} creates {(withExternalId ? "with" : "without")} externalIdField; org at {org}");
        host.Start();
        await WaitForQueuesAsync(cancellationToken);

        var sending = SendAsync(cancellationToken);
        await TakeResultsAsync(host, cancellationToken);
        await sending;

        return await DrawAsync(org, TimeProvider.System.GetElapsedTime(started), cancellationToken);
    }

    private Task SendAsync(CancellationToken cancellationToken) => Parallel.ForAsync(
        0,
        messages,
        new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
        async (number, cancellation) =>
        {
            var payload = new JsonObject
            {
                ["objectType"] = "Account",
                ["externalIdField"] = withExternalId ? "External_Id__c" : null,
                ["fields"] = new JsonObject { ["Name"] = Prefix + number },
            };
            var envelope = new JsonObject { ["correlationId"] = Prefix + number, ["payload"] = payload };
            await _queues.GetQueueClient("salesforce-create-record").SendMessageAsync(envelope.ToJsonString(), cancellation);
        });

    private async Task TakeResultsAsync(HostProcess host, CancellationToken cancellationToken)
    {
        var killed = 0;
        var progress = TimeProvider.System.GetTimestamp();
        while (_results.Count < messages && TimeProvider.System.GetElapsedTime(progress) < Patience)
        {
            if (killed < kills && _results.Count >= messages / (kills + 1) * (killed + 1))
            {
                host.Kill();
                killed++;
                await output.WriteLineAsync($"  killed and restarted at {_results.Count} results");
                host.Start();
            }

            if (host.HasExited)
            {
                throw new InvalidOperationException("The functions ended by themselves.");
            }

            if (await TakeAsync(cancellationToken) > 0)
            {
                progress = TimeProvider.System.GetTimestamp();
            }
            else
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        var queue = _queues.GetQueueClient("salesforce-results");
        QueueMessage[] batch = await queue.ReceiveMessagesAsync(MaxBatch, cancellationToken: cancellationToken);
        foreach (var message in batch)
        {
            var result = JsonNode.Parse(message.MessageText)!.AsObject();
            if (!_results.TryAdd((string)result["correlationId"]!, result))
            {
                _repeated++;
            }

            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
        }

        return batch.Length;
    }

    private async Task WaitForQueuesAsync(CancellationToken cancellationToken)
    {
        while (!await _queues.GetQueueClient("salesforce-create-record").ExistsAsync(cancellationToken)
            || !await _queues.GetQueueClient("salesforce-results").ExistsAsync(cancellationToken))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<Balance> DrawAsync(Org org, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var records = await org.CountByNameAsync(Prefix, cancellationToken);
        var poisoned = 0;
        foreach (var queue in new[] { "salesforce-poison", "salesforce-create-record-poison" })
        {
            QueueProperties properties = await _queues.GetQueueClient(queue).GetPropertiesAsync(cancellationToken);
            poisoned += properties.ApproximateMessagesCount;
        }

        var succeeded = _results.Where(result => result.Value["error"] is null).Select(result => result.Key).ToHashSet();
        var unknown = _results.Where(result => (bool?)result.Value["error"]?["outcomeUnknown"] == true).Select(result => result.Key).ToHashSet();
        var failed = _results.Keys.Except(succeeded).Except(unknown).ToHashSet();
        return new Balance(
            withExternalId,
            messages,
            succeeded.Count,
            unknown.Count,
            failed.Count,
            _repeated,
            records.Values.Sum(),
            records.Count(record => record.Value > 1),
            succeeded.Count(id => !records.ContainsKey(id)) + failed.Count(records.ContainsKey),
            poisoned,
            kills,
            elapsed);
    }
}
