using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Benchmarks.Peers;
using Benchmarks.Processes;
using LocalHost;
using SalesforceConnector.Triggers.Queues;

namespace Benchmarks.Queue;

/// <summary>Messages through the connector beside the same messages through the empty function, all on the same Azurite.</summary>
internal sealed class QueueMeasurement(Apps apps, int rounds, int messages, TextWriter output)
{
    private const string Empty = "empty function";
    private const int Senders = 8;
    private const int Batch = 32;
    private const int SentPerSecond = 200;
    private const int MostWarmUps = 6;
    private const int FewMethods = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Azurite.Unavailable is { } reason)
        {
            await output.WriteLineAsync($"Without queues: {reason}.\n");
            return;
        }

        var (connectorFolder, emptyFolder) = (await apps.ConnectorAsync(cancellationToken), await apps.EmptyFunctionAsync(cancellationToken));
        await using var azurite = await Azurite.StartAsync(cancellationToken: cancellationToken);
        var storage = azurite.Accounts[0].ConnectionString;
        await AppStorage.CreateAsync(storage, new QueueOptions(), cancellationToken);

        await using var org = await PeerProcess.StartAsync("org");
        await using var connector = await AppProcess.StartAsync(
            new HostedAppOptions(connectorFolder, org.Url) { Storage = storage, QueueFunctions = ["GetRecordFromQueue", "CreateRecordFromQueue"] }, cancellationToken);
        await using var empty = await AppProcess.StartAsync(
            new HostedAppOptions(emptyFolder, Org: null) { Storage = storage, QueueFunctions = ["EmptyMessage"] }, cancellationToken);
        var results = new QueueOptions().Results;
        Worked[] all =
        [
            new(Empty, empty, Queue("benchmark-empty"), Queue("benchmark-empty-results"), Sample.GetPayload, Status: null),
            new("connector, GetRecord", connector, Queue("salesforce-get-record"), Queue(results), Sample.GetPayload, 200),
            new("connector, CreateRecord", connector, Queue("salesforce-create-record"), Queue(results), Sample.CreatePayload, 201),
        ];
        await all[0].Requests.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await all[0].Results.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

        await WarmUpAsync(all, cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            // Another one first each time, as with HTTP.
            foreach (var worked in all.Skip(round % all.Length).Concat(all.Take(round % all.Length)))
            {
                worked.Cells.Add(await MeasureAsync(worked, cancellationToken));
            }
        }

        await PrintAsync(all);

        QueueClient Queue(string name) => new(storage, name);
    }

    /// <summary>Works off rounds of messages until the compilers of all processes have little left to do.</summary>
    private async Task WarmUpAsync(Worked[] all, CancellationToken cancellationToken)
    {
        var compiled = await CompiledAsync();
        for (var round = 0; round < MostWarmUps; round++)
        {
            foreach (var worked in all)
            {
                await MeasureAsync(worked, cancellationToken);
            }

            var before = compiled;
            compiled = await CompiledAsync();
            if (compiled - before < FewMethods)
            {
                return;
            }
        }

        async Task<long> CompiledAsync()
        {
            var methods = 0L;
            foreach (var app in all.Select(worked => worked.App).Distinct())
            {
                methods += (await app.AskForUsageAsync()).CompiledMethods!.Value + (await app.Host.AskForUsageAsync()).CompiledMethods!.Value;
            }

            return methods;
        }
    }

    private async Task PrintAsync(Worked[] all)
    {
        var table = new Table("queue worked off by", "messages/s", "least", "most", "CPU µs/message", "host's CPU µs", "KiB/message", "of empty function");
        foreach (var worked in all)
        {
            table.Add(
                worked.Name,
                Table.Number(worked.Cells.Select(cell => cell.PerSecond).Median(), 1),
                Table.Number(worked.Cells.Min(cell => cell.PerSecond), 1),
                Table.Number(worked.Cells.Max(cell => cell.PerSecond), 1),
                Table.Number(worked.Cells.Sum(cell => cell.ProcessorTime.TotalMicroseconds) / (worked.Cells.Count * messages)),
                Table.Number(worked.Cells.Sum(cell => cell.HostsProcessorTime.TotalMicroseconds) / (worked.Cells.Count * messages)),
                Table.Number(worked.Cells.Sum(cell => cell.AllocatedBytes / 1_024.0) / (worked.Cells.Count * messages), 1),
                Ratio(worked));
        }

        await table.PrintAsync(output);
        var conclusions = new Table("queue", "messages/s of the empty function's", "wanted");
        conclusions.Add("GetRecord", Ratio(all[1]), "0.80 at least");
        conclusions.Add("CreateRecord, with the ledger's requests", Ratio(all[2]), "0.50 at least");
        await conclusions.PrintAsync(output);

        string Ratio(Worked worked) => Table.Number(worked.Cells.Zip(all[0].Cells, (own, empty) => own.PerSecond / empty.PerSecond).Median(), 2);
    }

    private async Task<Cell> MeasureAsync(Worked worked, CancellationToken cancellationToken)
    {
        await SendAsync(worked, cancellationToken);
        var usage = await worked.App.AskForUsageAsync();
        var (own, host) = (worked.App.ProcessorTime, worked.App.Host.ProcessorTime);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var perSecond = await WatchAsync(worked.Requests, patience.Token);
        var cell = new Cell(
            perSecond,
            worked.App.ProcessorTime - own,
            worked.App.Host.ProcessorTime - host,
            (await worked.App.AskForUsageAsync()).AllocatedBytes!.Value - usage.AllocatedBytes!.Value);
        await CheckResultsAsync(worked, cancellationToken);
        return cell;
    }

    /// <summary>Fills the queue with messages that all become visible at about the same time, after the last one was sent.</summary>
    private Task SendAsync(Worked worked, CancellationToken cancellationToken)
    {
        var visibleAt = TimeProvider.System.GetUtcNow() + Head + TimeSpan.FromSeconds(messages / SentPerSecond);
        return Parallel.ForAsync(
            0,
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
            async (_, cancellation) =>
            {
                var hiddenFor = Math.Max(0, Math.Round((visibleAt - TimeProvider.System.GetUtcNow()).TotalSeconds));
                await worked.Requests.SendMessageAsync(
                    $$"""{"correlationId":"{{Guid.NewGuid()}}","payload":{{worked.Payload}} }""", TimeSpan.FromSeconds(hiddenFor), cancellationToken: cancellation);
            });
    }

    // From the tenth that is done to the last: when the host next looks at the queue is not what is measured.
    private static async Task<double> WatchAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        var all = await CountAsync(queue, cancellationToken);
        var left = all;
        while (left > all - (all / 10))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            left = await CountAsync(queue, cancellationToken);
        }

        var (first, started) = (left, TimeProvider.System.GetTimestamp());
        while (left > 0)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            left = await CountAsync(queue, cancellationToken);
        }

        return first / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    // Azurite counts those that are being worked on, too: a message counts until it is deleted.
    private static async Task<int> CountAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken);
        return properties.ApproximateMessagesCount;
    }

    /// <exception cref="InvalidDataException">There is a result too many or too few, or one that is not right.</exception>
    private async Task CheckResultsAsync(Worked worked, CancellationToken cancellationToken)
    {
        var count = await CountAsync(worked.Results, cancellationToken);
        PeekedMessage[] first = await worked.Results.PeekMessagesAsync(Batch, cancellationToken);
        if (count != messages
            || (worked.Status is { } status && !Array.TrueForAll(first, message => (int)JsonNode.Parse(message.MessageText)!["status"]! == status)))
        {
            throw new InvalidDataException($"{worked.Name} made {count} results of {messages} messages, such as {first.FirstOrDefault()?.MessageText}");
        }

        await worked.Results.ClearMessagesAsync(cancellationToken);
    }

    /// <summary>A queue that an app works off.</summary>
    /// <param name="Status">Of each result; <see langword="null"/> if results have none.</param>
    private sealed record Worked(string Name, AppProcess App, QueueClient Requests, QueueClient Results, string Payload, int? Status)
    {
        public List<Cell> Cells { get; } = [];
    }

    /// <summary>One round's messages, and what they took.</summary>
    private sealed record Cell(double PerSecond, TimeSpan ProcessorTime, TimeSpan HostsProcessorTime, long AllocatedBytes);
}
