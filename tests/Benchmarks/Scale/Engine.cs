using System.Globalization;
using Azure;
using Benchmarks.Scale.Account;
using SalesforceConnector.Triggers.Queues;

namespace Benchmarks.Scale;

/// <summary>The process engine: puts messages at a rate, takes their results, and notes what became of each.</summary>
internal sealed class Engine(Scenario scenario, IReadOnlyList<Deployment> deployments, VirtualClock clock)
{
    // So that a number has an end wherever it stands.
    private const string Mark = "message-";
    private const int Takers = 4;
    private const int Most = 32;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly List<Fate> _fates = [];
    private int _putting;

    /// <summary>The messages by their numbers.</summary>
    public IReadOnlyList<Fate> Fates => _fates;

    /// <summary>Whether each message is on a queue, or was refused.</summary>
    public bool HasPutAll => clock.Elapsed > scenario.PutsFor && _putting == 0;

    public static int NumberIn(string text)
    {
        var digits = text.AsSpan(text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
    }

    public void Start()
    {
        clock.Start(PutAsync);
        foreach (var deployment in deployments)
        {
            foreach (var queue in deployment.ResultQueues)
            {
                for (var taker = 0; taker < Takers; taker++)
                {
                    clock.Start(() => TakeAsync(deployment.Storage.Queue(queue)));
                }
            }
        }
    }

    private async Task PutAsync()
    {
        while (clock.Elapsed < scenario.PutsFor)
        {
            await clock.Delay(Tick);
            while (_fates.Count < Math.Round(scenario.Rate * clock.Elapsed.TotalSeconds))
            {
                var number = _fates.Count;
                var fate = new Fate { PutAt = clock.Elapsed };
                _fates.Add(fate);
                clock.Start(() => PutAsync(number, fate));
            }
        }
    }

    private async Task PutAsync(int number, Fate fate)
    {
        var deployment = deployments[number % deployments.Count];
        var turn = number / deployments.Count;
        var queue = OperationQueues.NameOf(deployment.Operations[turn % deployment.Operations.Count]);
        var replyTo = deployment.ResultQueues[turn % deployment.ResultQueues.Count];
        var payload = scenario.Creates
            ? $$$"""{"objectType":"Account","fields":{"Name":"{{{Mark}}}{{{number}}}"}}"""
            : $$"""{"objectType":"Account","externalIdField":"External_Id__c","externalId":"{{Mark}}{{number}}"}""";
        _putting++;
        try
        {
            await deployment.Storage.Queue(queue).PutAsync(
                $$"""{"correlationId":"{{Mark}}{{number}}","replyTo":"{{replyTo}}","payload":{{payload}}}""", TimeSpan.Zero);
            fate.IsOnQueue = true;
        }
        catch (RequestFailedException)
        {
            // The producer knows that its message was not taken.
        }

        _putting--;
    }

    private async Task TakeAsync(SimulatedQueue queue)
    {
        var pause = LeastPause;
        while (true)
        {
            try
            {
                var messages = await queue.GetAsync(Most, Lease);
                foreach (var message in messages)
                {
                    var fate = _fates[NumberIn(message.Text)];
                    fate.Results++;
                    fate.ResultAt ??= clock.Elapsed;
                    fate.HasFailed |= message.Text.Contains("\"error\":", StringComparison.Ordinal);
                }

                await Task.WhenAll(messages.Select(message => queue.DeleteAsync(message, message.Dequeued)));
                if (messages.Length > 0)
                {
                    pause = LeastPause;
                    continue;
                }
            }
            catch (RequestFailedException)
            {
                // What could not be deleted comes again.
            }

            await clock.Delay(pause);
            pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
        }
    }
}

/// <summary>What became of a message.</summary>
internal sealed class Fate
{
    /// <summary>When the engine began to put it.</summary>
    public TimeSpan PutAt { get; init; }

    /// <summary>When its first result was taken.</summary>
    public TimeSpan? ResultAt { get; set; }

    public bool IsOnQueue { get; set; }

    public int Results { get; set; }

    /// <summary>Whether the result is a failure.</summary>
    public bool HasFailed { get; set; }
}
