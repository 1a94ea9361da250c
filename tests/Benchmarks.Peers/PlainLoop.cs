using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SalesforceConnector.Queues;

namespace Benchmarks.Peers;

/// <summary>
/// Receive, call, delete: the least that anything on a queue must do. It takes messages as host.json lets the Functions
/// host do it, eight at once while no more than four are under way.
/// </summary>
/// <param name="sendResult">Whether the reply goes to the results queue before the message is deleted, as a result does.</param>
internal sealed class PlainLoop(Uri org, string storage, bool sendResult) : IDisposable
{
    private const int BatchSize = 8;
    private const int NewBatchThreshold = 4;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly QueueClient _queue = new(storage, QueueRun.Queue);
    private readonly QueueClient _results = new(storage, new QueueOptions().Results);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = org,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Sample.Token) },
    };

    public static async Task RunAsync(Uri org, string storage, bool sendResult)
    {
        using var loop = new PlainLoop(org, storage, sendResult);
        await QueueRun.AnswerAsync(storage, async workedOffAsync =>
        {
            using var stopping = new CancellationTokenSource();
            var listening = loop.ListenAsync(stopping.Token);
            await workedOffAsync();
            await stopping.CancelAsync();
            await listening;
        });
    }

    public void Dispose() => _http.Dispose();

    private async Task ListenAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            QueueMessage[] messages = await _queue.ReceiveMessagesAsync(BatchSize, Lease, CancellationToken.None);
            if (messages.Length == 0)
            {
                await Task.Delay(Look, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            running.AddRange(messages.Select(ProcessAsync));
            while (running.Count > NewBatchThreshold)
            {
                var ended = await Task.WhenAny(running);
                running.Remove(ended);
                await ended;
            }
        }

        await Task.WhenAll(running);
    }

    private async Task ProcessAsync(QueueMessage message)
    {
        using var envelope = JsonDocument.Parse(message.MessageText);
        var payload = envelope.RootElement.GetProperty("payload");
        var path = $"/services/data/v67.0/sobjects/{payload.GetProperty("objectType")}/{payload.GetProperty("objectId")}?fields={Uri.EscapeDataString(payload.GetProperty("queryParameters").GetProperty("fields").GetString()!)}";
        var record = await _http.GetStringAsync(new Uri(path, UriKind.Relative));
        if (sendResult)
        {
            await _results.SendMessageAsync(record);
        }

        await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
    }
}
