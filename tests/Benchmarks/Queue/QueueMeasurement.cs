using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Benchmarks.Peers;
using LocalHost;
using SalesforceConnector.Queues;

namespace Benchmarks.Queue;

/// <summary>Messages through the connector beside loops that do the least that can be done, all on the same Azurite.</summary>
internal sealed class QueueMeasurement(int rounds, int messages, TextWriter output)
{
    private const string Connector = "connector";
    private const string Loop = "receive, call, delete";
    private const string LoopWithResult = "receive, call, send result, delete";
    private const int Senders = 8;
    private const int Batch = 32;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Azurite.Unavailable is { } reason)
        {
            await output.WriteLineAsync($"Without queues: {reason}.\n");
            return;
        }

        await using var azurite = await Azurite.StartAsync(cancellationToken: cancellationToken);
        var storage = azurite.Accounts[0].ConnectionString;
        await AppStorage.CreateAsync(storage, new QueueOptions(), cancellationToken);
        var (requests, results) = (new QueueClient(storage, QueueRun.Queue), new QueueClient(storage, new QueueOptions().Results));

        await using var org = await PeerProcess.StartAsync("org");
        await using var loop = await PeerProcess.StartAsync("loop", org.Announcement, storage);
        await using var loopWithResult = await PeerProcess.StartAsync("loop-with-result", org.Announcement, storage);
        await using var connector = await PeerProcess.StartAsync("connector-queue", org.Announcement, storage);
        var peers = new Dictionary<string, PeerProcess> { [Loop] = loop, [LoopWithResult] = loopWithResult, [Connector] = connector };
        var rates = peers.Keys.ToDictionary(name => name, _ => new List<double>());

        // One round more, the first, to warm up.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, peer) in peers)
            {
                await SendAsync(requests, cancellationToken);
                var rate = await peer.AskAsync<QueueRate>(QueueRun.Question);
                await CheckResultsAsync(name, results, cancellationToken);
                if (round > 0)
                {
                    rates[name].Add(rate.MessagesPerSecond);
                }
            }
        }

        var table = new Table("queue worked off by", "messages/s", "of the loop", "of the loop with result");
        foreach (var name in peers.Keys)
        {
            table.Add(
                name,
                Table.Number(rates[name].Median()),
                Ratio(Loop),
                Ratio(LoopWithResult));

            string Ratio(string other) => Table.Number(rates[name].Zip(rates[other], (own, theirs) => own / theirs).Median(), 2);
        }

        await table.PrintAsync(output);
        await output.WriteLineAsync(
            $"Queue: {Table.Number(rates[Connector].Zip(rates[LoopWithResult], (own, theirs) => own / theirs).Median(), 2)} of the plain loop that also sends a result, {Table.Number(rates[Connector].Zip(rates[Loop], (own, theirs) => own / theirs).Median(), 2)} of the one that sends none (wanted 0.80)\n");
    }

    private Task SendAsync(QueueClient requests, CancellationToken cancellationToken) => Parallel.ForAsync(
        0,
        messages,
        new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
        async (number, cancellation) => await requests.SendMessageAsync(
            $$"""{"correlationId":"{{Guid.NewGuid()}}","payload":{{Sample.GetPayload}} }""", cancellation));

    /// <exception cref="InvalidDataException">There is a result too many or too few, or one that is not right.</exception>
    private async Task CheckResultsAsync(string name, QueueClient results, CancellationToken cancellationToken)
    {
        QueueProperties properties = await results.GetPropertiesAsync(cancellationToken);
        PeekedMessage[] first = await results.PeekMessagesAsync(Batch, cancellationToken);
        if (properties.ApproximateMessagesCount != (name == Loop ? 0 : messages)
            || (name == Connector && !Array.TrueForAll(first, message => (int)JsonNode.Parse(message.MessageText)!["status"]! == 200)))
        {
            throw new InvalidDataException($"{name} made {properties.ApproximateMessagesCount} results of {messages} messages, such as {first.FirstOrDefault()?.MessageText}");
        }

        await results.ClearMessagesAsync(cancellationToken);
    }
}
