using System.Text.Json.Nodes;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LocalHost;

namespace Faults;

/// <summary>Changes records while what receives their events is killed, stopped or cut off, and takes the events from the queue and by a webhook.</summary>
internal sealed class EventRound(Storage storage, int changes, int kills, TimeSpan outage, TextWriter output)
{
    private const int RecordsAtOnce = 200;
    private const int SingleChanges = 200;
    private const int MaxBatch = 32;

    // So far the changes may be ahead of what was taken from the queue.
    private const int MostAhead = 4_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly QueueClient _queue = new(storage.ConnectionString, "salesforce-events");
    private readonly EventTally _tally = new();
    private readonly List<TimeSpan> _delays = [];
    private int _made;
    private int _round;

    public async Task<EventBalance> RunAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var hook = await Hook.StartAsync(LocalSystem.EventSignatureKey, cancellationToken);
        await using var org = await ChangingOrg.StartAsync(changes, cancellationToken);
        await org.CreateAccountsAsync(cancellationToken);
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl)
        {
            Settings =
            [
                "AzureFunctionsJobHost__functionTimeout=00:05:00", "Queues__AttemptLease=00:06:00", "Events__Lease=00:00:15",
                $"Events__Endpoint={org.EventsUrl}", "Events__Topics__accounts__Topic=/data/AccountChangeEvent",
                "Events__Topics__hook__Topic=/data/ChangeEvents", $"Events__Topics__hook__Deliver__Webhook={hook.Url}",
            ],
        };
        var disturbances = new EventDisturbances(org, functions, storage, kills, outage, output);
        await output.WriteLineAsync($"{changes} changes of {RecordsAtOnce} accounts; org at {org.BaseUrl}, its events at {org.EventsUrl}");
        await disturbances.StartAsync(cancellationToken);
        await WaitForListenersAsync(org, hook.Tally, cancellationToken);

        await MeasureAsync(org, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changing = ChangeAllAsync(org, hook.Tally, end.Token);
        try
        {
            await FollowAsync(disturbances, hook.Tally, cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await changing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _delays.Sort();
        return new EventBalance(
            _made,
            _tally,
            hook.Tally,
            hook.Unsigned,
            org.Delivered,
            await IsPositionRightAsync("accounts", _tally, cancellationToken) && await IsPositionRightAsync("hook", hook.Tally, cancellationToken),
            _delays[_delays.Count / 2],
            _delays[_delays.Count * 19 / 20],
            disturbances.ToString(),
            TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>The first changes tell that the app listens: what came before is no part of the round.</summary>
    private async Task WaitForListenersAsync(ChangingOrg org, EventTally hook, CancellationToken cancellationToken)
    {
        while (!_tally.HasBegun || !hook.HasBegun)
        {
            await org.ChangeAsync(++_round, count: 1, cancellationToken);
            await TakeAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }

        while (await TakeAsync(cancellationToken) > 0)
        {
        }

        _tally.Begin(_round + 1);
        hook.Begin(_round + 1);
    }

    /// <summary>Single changes, one when the one before it has come.</summary>
    private async Task MeasureAsync(ChangingOrg org, CancellationToken cancellationToken)
    {
        for (var i = 1; i <= SingleChanges; i++)
        {
            var changed = TimeProvider.System.GetTimestamp();
            await org.ChangeAsync(++_round, count: 1, cancellationToken);
            _made++;
            while (_tally.Received < _made)
            {
                await TakeAsync(cancellationToken);
            }

            _delays.Add(TimeProvider.System.GetElapsedTime(changed));
        }
    }

    private async Task ChangeAllAsync(ChangingOrg org, EventTally hook, CancellationToken cancellationToken)
    {
        while (_made < changes + SingleChanges)
        {
            var count = Math.Min(RecordsAtOnce, changes + SingleChanges - _made);
            while (_made - Math.Min(_tally.Received, hook.Received) > MostAhead)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }

            await org.ChangeAsync(++_round, count, cancellationToken);
            Interlocked.Add(ref _made, count);
        }
    }

    private async Task FollowAsync(EventDisturbances disturbances, EventTally hook, CancellationToken cancellationToken)
    {
        var progress = TimeProvider.System.GetTimestamp();
        var (all, last) = (changes + SingleChanges, 0);
        while (Math.Min(_tally.Received, hook.Received) is var received && received < all && TimeProvider.System.GetElapsedTime(progress) < Patience)
        {
            await TakeAsync(cancellationToken);
            if (await disturbances.FollowAsync((double)received / all, cancellationToken) || received > last)
            {
                (progress, last) = (TimeProvider.System.GetTimestamp(), received);
            }
        }

        // What comes again comes now.
        while (await TakeAsync(cancellationToken) > 0)
        {
        }
    }

    /// <returns>How many messages were taken.</returns>
    private async Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            QueueMessage[] batch = await _queue.ReceiveMessagesAsync(MaxBatch, cancellationToken: cancellationToken);
            foreach (var message in batch)
            {
                _tally.Take(JsonNode.Parse(message.MessageText)!.AsObject());
            }

            await Task.WhenAll(batch.Select(message => _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken)));
            if (batch.Length == 0)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }

            return batch.Length;
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // The storage is stopped.
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            return 0;
        }
    }

    private async Task<bool> IsPositionRightAsync(string subscription, EventTally tally, CancellationToken cancellationToken)
    {
        var table = new TableClient(storage.ConnectionString, "salesforceevents");
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            TableEntity entity = await table.GetEntityAsync<TableEntity>(subscription, "position", cancellationToken: cancellationToken);
            if (entity.GetBinary("ReplayId") is { } replayId && Convert.ToBase64String(replayId) == tally.LastReplayId)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        return false;
    }
}
