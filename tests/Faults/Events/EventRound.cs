using System.Text.Json.Nodes;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Faults;

/// <summary>Changes records while what receives their events is killed, stopped or cut off, and takes the events from the queue.</summary>
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
    private readonly HashSet<string> _ids = [];
    private readonly Dictionary<(string Record, int Round), string> _received = [];
    private readonly Dictionary<string, int> _lastOfRecord = [];
    private readonly List<TimeSpan> _delays = [];
    private (int Round, string? ReplayId) _last;
    private int _cameAgain;
    private int _otherIds;
    private int _outOfOrder;
    private int _otherMessages;
    private int _made;
    private int _round;
    private int _firstRound;

    public async Task<EventBalance> RunAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var org = await ChangingOrg.StartAsync(changes, cancellationToken);
        await org.CreateAccountsAsync(cancellationToken);
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl)
        {
            Settings =
            [
                "AzureFunctionsJobHost__functionTimeout=00:05:00", "Queues__AttemptLease=00:06:00", "Events__Lease=00:00:15",
                $"Events__Endpoint={org.EventsUrl}", "Events__Topics__accounts__Topic=/data/AccountChangeEvent",
            ],
        };
        var disturbances = new EventDisturbances(org, functions, storage, kills, outage, output);
        await output.WriteLineAsync($"{changes} changes of {RecordsAtOnce} accounts; org at {org.BaseUrl}, its events at {org.EventsUrl}");
        await disturbances.StartAsync(cancellationToken);
        await WaitForListenerAsync(org, cancellationToken);

        await MeasureAsync(org, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changing = ChangeAllAsync(org, end.Token);
        try
        {
            await FollowAsync(disturbances, cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await changing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _delays.Sort();
        return new EventBalance(
            _made,
            _received.Count,
            _cameAgain,
            _otherIds,
            _outOfOrder,
            _otherMessages,
            org.Delivered,
            await IsPositionRightAsync(cancellationToken),
            _delays[_delays.Count / 2],
            _delays[_delays.Count * 19 / 20],
            disturbances.ToString(),
            TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>The first change tells that the app listens: what came before it is no part of the round.</summary>
    private async Task WaitForListenerAsync(ChangingOrg org, CancellationToken cancellationToken)
    {
        while (_ids.Count == 0)
        {
            await org.ChangeAsync(++_round, count: 1, cancellationToken);
            await TakeAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }

        while (await TakeAsync(cancellationToken) > 0)
        {
        }

        _firstRound = _round + 1;
        _received.Clear();
    }

    /// <summary>Single changes, one when the one before it has come.</summary>
    private async Task MeasureAsync(ChangingOrg org, CancellationToken cancellationToken)
    {
        for (var i = 1; i <= SingleChanges; i++)
        {
            var changed = TimeProvider.System.GetTimestamp();
            await org.ChangeAsync(++_round, count: 1, cancellationToken);
            _made++;
            while (_received.Count < _made)
            {
                await TakeAsync(cancellationToken);
            }

            _delays.Add(TimeProvider.System.GetElapsedTime(changed));
        }
    }

    private async Task ChangeAllAsync(ChangingOrg org, CancellationToken cancellationToken)
    {
        while (_made < changes + SingleChanges)
        {
            var count = Math.Min(RecordsAtOnce, changes + SingleChanges - _made);
            while (_made - _received.Count > MostAhead)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }

            await org.ChangeAsync(++_round, count, cancellationToken);
            Interlocked.Add(ref _made, count);
        }
    }

    private async Task FollowAsync(EventDisturbances disturbances, CancellationToken cancellationToken)
    {
        var progress = TimeProvider.System.GetTimestamp();
        while (_received.Count < changes + SingleChanges && TimeProvider.System.GetElapsedTime(progress) < Patience)
        {
            var taken = await TakeAsync(cancellationToken);
            if (await disturbances.FollowAsync((double)_received.Count / (changes + SingleChanges), cancellationToken) || taken > 0)
            {
                progress = TimeProvider.System.GetTimestamp();
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
                Take(JsonNode.Parse(message.MessageText)!.AsObject());
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

    private void Take(JsonObject message)
    {
        var id = (string)message["eventId"]!;
        if (!_ids.Add(id))
        {
            _cameAgain++;
            return;
        }

        if ((string?)message["type"] != "change" || (int?)message["payload"]!["NumberOfEmployees"] is not { } number)
        {
            _otherMessages++;
            return;
        }

        var round = number / ChangingOrg.RoundFactor;
        if (round < _firstRound)
        {
            return;
        }

        var record = (string)message["payload"]!["ChangeEventHeader"]!["recordIds"]![0]!;
        if (!_received.TryAdd((record, round), id))
        {
            _otherIds++;
            return;
        }

        if (_lastOfRecord.TryGetValue(record, out var last) && round < last)
        {
            _outOfOrder++;
        }

        _lastOfRecord[record] = round;
        _last = (round, (string?)message["replayId"]);
    }

    private async Task<bool> IsPositionRightAsync(CancellationToken cancellationToken)
    {
        var table = new TableClient(storage.ConnectionString, "salesforceevents");
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            TableEntity entity = await table.GetEntityAsync<TableEntity>("accounts", "position", cancellationToken: cancellationToken);
            if (entity.GetBinary("ReplayId") is { } replayId && Convert.ToBase64String(replayId) == _last.ReplayId)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        return false;
    }
}
