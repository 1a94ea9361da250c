using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Benchmarks.Peers;

/// <summary>Measures how fast a queue that was filled before is worked off, the same way for every peer.</summary>
internal sealed class QueueRun
{
    /// <summary>Asks for a <see cref="QueueRate"/>.</summary>
    public const string Question = "work off";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The queue that is worked off.</summary>
    public static string Queue { get; } = "salesforce-get-record";

    /// <param name="runAsync">Begins to work, calls what it is given, which returns when there is no message left, and stops.</param>
    public static Task AnswerAsync(string storage, Func<Func<Task>, Task> runAsync)
    {
        var queue = new QueueClient(storage, Queue);
        return Conversation.HoldAsync("ready", async _ =>
        {
            var rate = default(QueueRate);
            await runAsync(async () => rate = await MeasureAsync(queue));
            return JsonSerializer.Serialize(rate, JsonSerializerOptions.Web);
        });
    }

    // From the tenth that is done to the last: how a peer starts to listen is not what is measured.
    private static async Task<QueueRate> MeasureAsync(QueueClient queue)
    {
        var all = await CountAsync(queue);
        var left = all;
        while (left > all - (all / 10))
        {
            await Task.Delay(Look, TimeProvider.System);
            left = await CountAsync(queue);
        }

        var (first, started) = (left, TimeProvider.System.GetTimestamp());
        while (left > 0)
        {
            await Task.Delay(Look, TimeProvider.System);
            left = await CountAsync(queue);
        }

        return new QueueRate(first / TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    // Azurite counts those that are being worked on, too: a message counts until it is deleted.
    private static async Task<int> CountAsync(QueueClient queue)
    {
        QueueProperties properties = await queue.GetPropertiesAsync();
        return properties.ApproximateMessagesCount;
    }
}

/// <summary>How fast a queue was worked off.</summary>
internal readonly record struct QueueRate(double MessagesPerSecond);
