using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Benchmarks.Peers;
using Benchmarks.Processes;
using LocalHost;
using SalesforceConnector.Triggers.Queues;
using SalesforceSimulator;

namespace Benchmarks.Cost;

/// <summary>What is paid for: requests to storage, calls to Salesforce and processor time, for each operation by HTTP and by queue.</summary>
/// <remarks>The host's own requests count too, its looks at the operation's queue among them.</remarks>
internal sealed class CostMeasurement(Apps apps, int calls, TextWriter output)
{
    private const int Clients = 8;
    private const int WarmUpCalls = 16;
    private const int Batch = 32;
    private const double Per = 1_000;

    private static readonly SimulatorOptions Org = new();
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly string Results = new QueueOptions().Results;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Azurite.Unavailable is { } reason)
        {
            await output.WriteLineAsync($"Without storage: {reason}.\n");
            return;
        }

        var folder = await apps.ConnectorAsync(cancellationToken);
        await using var azurite = await Azurite.StartAsync(cancellationToken: cancellationToken);
        await using var counter = await StorageCounter.StartAsync(azurite, cancellationToken);
        var storage = azurite.Accounts[0].ConnectionString;
        await AppStorage.CreateAsync(storage, new QueueOptions(), cancellationToken);
        await using var org = await Simulator.StartAsync(Org, cancellationToken);
        org.Fill("Lead", 2_500);
        org.SetDailyLimit(int.MaxValue);

        using var http = new HttpClient();
        var operations = new CostOperations(http);
        await using var app = await AppProcess.StartAsync(
            new HostedAppOptions(folder, org.BaseUrl)
            {
                ClientId = Org.ClientId,
                ClientSecret = Org.ClientSecret!,
                Storage = counter.ConnectionString,
                QueueFunctions = [.. operations.All.Select(operation => $"{operation.Name}FromQueue")],
            },
            cancellationToken);
        http.BaseAddress = new Uri(app.Url, "api/");
        await operations.PrepareAsync(4 * (WarmUpCalls + calls), cancellationToken);

        var results = new QueueClient(storage, Results);
        foreach (var operation in operations.All)
        {
            await CallAsync(http, operation, WarmUpCalls, cancellationToken);
            await SendAsync(new QueueClient(storage, operation.Queue), results, operation, WarmUpCalls, cancellationToken);
        }

        var table = new Table(
            $"{Per:F0} calls of", "by", "queue requests", "table requests", "blob requests", "calls to Salesforce", "logins", "CPU s of the worker", "of its host");
        foreach (var operation in operations.All)
        {
            var byHttp = await CountAsync(app, counter, org, () => CallAsync(http, operation, calls, cancellationToken));
            Add("HTTP", byHttp, byHttp.Storage(StorageService.Queue, Results));
            var byQueue = await CountAsync(
                app, counter, org, () => SendAsync(new QueueClient(storage, operation.Queue), results, operation, calls, cancellationToken));
            Add("queue", byQueue, byQueue.Storage(StorageService.Queue, Results) + byQueue.Storage(StorageService.Queue, operation.Queue));

            void Add(string way, Cost cost, int queueRequests) => table.Add(
                operation.Name,
                way,
                PerThousand(queueRequests, 0),
                PerThousand(cost.Storage(StorageService.Table), 0),
                PerThousand(cost.Storage(StorageService.Blob), 0),
                PerThousand(cost.SalesforceCalls, 0),
                Table.Number(cost.Logins),
                PerThousand(cost.ProcessorTime.TotalSeconds, 2),
                PerThousand(cost.HostsProcessorTime.TotalSeconds, 2));
        }

        await table.PrintAsync(output);
        var idle = await CountAsync(app, counter, org, () => Task.Delay(Idle, TimeProvider.System, cancellationToken));
        var hours = TimeSpan.FromHours(1) / Idle;
        await output.WriteLineAsync(
            $"An hour of an idle instance: {Table.Number(idle.Storage(StorageService.Queue) * hours / operations.All.Count)} requests to each queue that it listens to, "
            + $"{Table.Number((idle.Storage(StorageService.Table) + idle.Storage(StorageService.Blob)) * hours)} to tables and blobs, "
            + $"{Table.Number(idle.SalesforceCalls * hours)} calls to Salesforce, {Table.Number(idle.ProcessorTime.TotalSeconds * hours, 1)} CPU s of the worker\n");
    }

    private string PerThousand(double value, int decimals) => Table.Number(value * Per / calls, decimals);

    private static async Task<Cost> CountAsync(AppProcess app, StorageCounter counter, Simulator org, Func<Task> runAsync)
    {
        var (storage, salesforce, own, host) = (counter.Counts, org.Stats, app.ProcessorTime, app.Host.ProcessorTime);
        await runAsync();
        var stats = org.Stats;
        return new Cost(
            counter.Counts.ToDictionary(count => count.Key, count => count.Value - storage.GetValueOrDefault(count.Key)),
            stats.Calls - salesforce.Calls,
            stats.Logins - salesforce.Logins,
            app.ProcessorTime - own,
            app.Host.ProcessorTime - host);
    }

    private static async Task CallAsync(HttpClient http, CostOperation operation, int calls, CancellationToken cancellationToken)
    {
        string[] payloads = [.. Enumerable.Range(0, calls).Select(operation.Payload)];
        await Parallel.ForEachAsync(
            payloads,
            new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken },
            async (payload, cancellation) =>
            {
                using var content = new StringContent(payload, new MediaTypeHeaderValue("application/json", "utf-8"));
                using var response = await http.PostAsync(new Uri(operation.Route, UriKind.Relative), content, cancellation);
                var text = await response.Content.ReadAsStringAsync(cancellation);
                if (!response.IsSuccessStatusCode)
                {
                    throw new InvalidDataException($"{operation.Name} answered with {(int)response.StatusCode}: {text}");
                }
            });
    }

    /// <summary>Sends messages past the counter, and waits until all are answered and deleted.</summary>
    private static async Task SendAsync(QueueClient requests, QueueClient results, CostOperation operation, int calls, CancellationToken cancellationToken)
    {
        string[] payloads = [.. Enumerable.Range(0, calls).Select(operation.Payload)];
        await Parallel.ForEachAsync(
            payloads,
            new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken },
            async (payload, cancellation) =>
                await requests.SendMessageAsync($$"""{"correlationId":"{{Guid.NewGuid()}}","payload":{{payload}} }""", cancellation));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (await CountAsync(results, patience.Token) < calls || await CountAsync(requests, patience.Token) > 0)
        {
            await Task.Delay(Look, TimeProvider.System, patience.Token);
        }

        PeekedMessage[] first = await results.PeekMessagesAsync(Batch, cancellationToken);
        if (Array.Find(first, message => (int)JsonNode.Parse(message.MessageText)!["status"]! >= 300) is { } wrong)
        {
            throw new InvalidDataException($"{operation.Name} had the result {wrong.MessageText}");
        }

        await results.ClearMessagesAsync(cancellationToken);
    }

    private static async Task<int> CountAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken);
        return properties.ApproximateMessagesCount;
    }

    private sealed record Cost(
        IReadOnlyDictionary<StorageResource, int> Requests, int SalesforceCalls, int Logins, TimeSpan ProcessorTime, TimeSpan HostsProcessorTime)
    {
        public int Storage(StorageService service, string? name = null) =>
            Requests.Where(count => count.Key.Service == service && (name is null || count.Key.Name == name)).Sum(count => count.Value);
    }
}
