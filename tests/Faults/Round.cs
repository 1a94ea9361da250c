using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Faults;

/// <summary>One round: sends creates by queue and by HTTP, takes results, and disturbs on the way.</summary>
internal sealed class Round(Storage storage, int messages, int kills, TimeSpan tablesOutage, bool withExternalId, TextWriter output)
{
    private const string Prefix = "fault-";
    private const string ByQueue = Prefix + "queue-";
    private const string ByHttp = Prefix + "http-";
    private const int Senders = 8;
    private const int MaxBatch = 32;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly QueueServiceClient _queues = new(storage.ConnectionString);
    private readonly ConcurrentDictionary<string, Outcome> _queued = new();
    private readonly ConcurrentDictionary<string, Outcome> _posted = new();
    private int _cameAgain;
    private int _sentAgain;

    private enum Outcome
    {
        Succeeded,
        Unknown,
        Failed,
    }

    public async Task<Balance> RunAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var org = await Org.StartAsync(cancellationToken);
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl);
        await output.WriteLineAsync(
            $"{messages} creates by queue and {messages} by HTTP, {(withExternalId ? "with" : "without")} externalIdField; org at {org}");
        functions.Start();
        await WaitForQueuesAsync(cancellationToken);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = EnqueueAllAsync(end.Token);
        var posting = PostAllAsync(functions, end.Token);
        var taking = TakeResultsAsync(end.Token);
        var disturbances = new Disturbances(org, functions, storage, kills, tablesOutage, output);
        try
        {
            await FollowAsync(disturbances, functions, cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(sending, posting, taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await DrawAsync(org, disturbances, TimeProvider.System.GetElapsedTime(started), cancellationToken);
    }

    private static JsonObject Payload(string name, bool withExternalId)
    {
        var fields = new JsonObject { ["Name"] = name };
        if (withExternalId)
        {
            fields["External_Id__c"] = name;
        }

        return new JsonObject
        {
            ["objectType"] = "Account",
            ["externalIdField"] = withExternalId ? "External_Id__c" : null,
            ["fields"] = fields,
        };
    }

    private async Task FollowAsync(Disturbances disturbances, Functions functions, CancellationToken cancellationToken)
    {
        var progress = TimeProvider.System.GetTimestamp();
        var before = 0;
        int done;
        while ((done = _queued.Count + _posted.Count) < 2 * messages && TimeProvider.System.GetElapsedTime(progress) < Patience)
        {
            if (done > before)
            {
                before = done;
                progress = TimeProvider.System.GetTimestamp();
            }

            if (await disturbances.FollowAsync((double)done / (2 * messages), cancellationToken))
            {
                // What takes minutes is no standstill.
                progress = TimeProvider.System.GetTimestamp();
            }

            if (functions.HasExited)
            {
                throw new InvalidOperationException("The functions ended by themselves.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private Task EnqueueAllAsync(CancellationToken cancellationToken) => ForAllAsync(
        async (number, cancellation) =>
        {
            var name = ByQueue + number;
            var envelope = new JsonObject { ["correlationId"] = name, ["payload"] = Payload(name, withExternalId) };
            // A producer that is not told whether its message was taken sends it again, under the same correlation id.
            while (!await TryAsync(() => _queues.GetQueueClient("salesforce-create-record").SendMessageAsync(envelope.ToJsonString(), cancellation)))
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        },
        cancellationToken);

    private async Task PostAllAsync(Functions functions, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = functions.BaseUrl };
        await ForAllAsync(
            async (number, cancellation) =>
            {
                var name = ByHttp + number;
                while (await PostAsync(client, name, cancellation) is { } pause)
                {
                    Interlocked.Increment(ref _sentAgain);
                    await Task.Delay(pause, TimeProvider.System, cancellation);
                }
            },
            cancellationToken);
    }

    /// <summary>Sends a create as a process engine does: again while it is said to be retryable, and may be sent again.</summary>
    /// <returns>How long to wait before it is sent again; <see langword="null"/> when its outcome is clear.</returns>
    private async Task<TimeSpan?> PostAsync(HttpClient client, string name, CancellationToken cancellationToken)
    {
        HttpStatusCode status;
        JsonNode? body;
        try
        {
            using var content = new StringContent(Payload(name, withExternalId).ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("records/create", UriKind.Relative), content, cancellationToken);
            status = response.StatusCode;
            body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            // The functions were killed, or are not there yet.
            var isSent = exception.HttpRequestError != HttpRequestError.ConnectionError;
            return isSent && !withExternalId ? Take(name, Outcome.Unknown) : Pause;
        }

        if ((int)status is >= 200 and < 300)
        {
            return Take(name, Outcome.Succeeded);
        }

        var isUnknown = (bool?)body?["outcomeUnknown"] == true;
        if (isUnknown && !withExternalId)
        {
            return Take(name, Outcome.Unknown);
        }

        return (bool?)body?["retryable"] == true ? Pause : Take(name, Outcome.Failed);
    }

    private TimeSpan? Take(string name, Outcome outcome)
    {
        _posted[name] = outcome;
        return null;
    }

    private async Task TakeResultsAsync(CancellationToken cancellationToken)
    {
        var queue = _queues.GetQueueClient("salesforce-results");
        while (!cancellationToken.IsCancellationRequested)
        {
            var taken = 0;
            await TryAsync(async () =>
            {
                QueueMessage[] batch = await queue.ReceiveMessagesAsync(MaxBatch, cancellationToken: cancellationToken);
                taken = batch.Length;
                foreach (var message in batch)
                {
                    var result = JsonNode.Parse(message.MessageText)!.AsObject();
                    var outcome = result["error"] is not JsonObject error ? Outcome.Succeeded
                        : (bool?)error["outcomeUnknown"] == true ? Outcome.Unknown
                        : Outcome.Failed;
                    if (!_queued.TryAdd((string)result["correlationId"]!, outcome))
                    {
                        _cameAgain++;
                    }

                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
                }
            });
            if (taken == 0)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <returns>Whether the storage took it.</returns>
    private static async Task<bool> TryAsync(Func<Task> useStorageAsync)
    {
        try
        {
            await useStorageAsync();
            return true;
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            return false;
        }
    }

    private Task ForAllAsync(Func<int, CancellationToken, ValueTask> sendAsync, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, messages, new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken }, sendAsync);

    private async Task WaitForQueuesAsync(CancellationToken cancellationToken)
    {
        while (!await _queues.GetQueueClient("salesforce-create-record").ExistsAsync(cancellationToken)
            || !await _queues.GetQueueClient("salesforce-results").ExistsAsync(cancellationToken))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<Balance> DrawAsync(Org org, Disturbances disturbances, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var records = await org.CountByNameAsync(Prefix, cancellationToken);
        var poisoned = 0;
        foreach (var queue in new[] { "salesforce-poison", "salesforce-create-record-poison" })
        {
            QueueProperties properties = await _queues.GetQueueClient(queue).GetPropertiesAsync(cancellationToken);
            poisoned += properties.ApproximateMessagesCount;
        }

        var outcomes = _queued.Concat(_posted).ToArray();
        return new Balance(
            withExternalId,
            Draw(_queued, _cameAgain),
            Draw(_posted, _sentAgain),
            records.Values.Sum(),
            records.Count(record => record.Value > 1),
            outcomes.Count(outcome => (outcome.Value == Outcome.Succeeded && !records.ContainsKey(outcome.Key))
                || (outcome.Value == Outcome.Failed && records.ContainsKey(outcome.Key))),
            poisoned,
            disturbances.ToString(),
            elapsed);
    }

    private DoorBalance Draw(ConcurrentDictionary<string, Outcome> outcomes, int repeated)
    {
        int Count(Outcome outcome) => outcomes.Values.Count(value => value == outcome);
        return new DoorBalance(messages, Count(Outcome.Succeeded), Count(Outcome.Unknown), Count(Outcome.Failed), repeated);
    }
}
