using System.Text.Json.Nodes;

namespace Faults;

/// <summary>What has come of the changes, by one way.</summary>
internal sealed class EventTally
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = [];
    private readonly Dictionary<(string Record, int Round), string> _received = [];
    private readonly Dictionary<string, int> _lastOfRecord = [];
    private int _firstRound;

    /// <summary>Whether anything has come.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock)
            {
                return _ids.Count > 0;
            }
        }
    }

    /// <summary>Changes that have come.</summary>
    public int Received
    {
        get
        {
            lock (_lock)
            {
                return _received.Count;
            }
        }
    }

    /// <summary>Messages with an event id that had come before.</summary>
    public int CameAgain { get; private set; }

    /// <summary>Changes that came under two event ids.</summary>
    public int OtherIds { get; private set; }

    /// <summary>Changes that first came after a later one of the same record.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Messages that are no changes: lost, gap, overflow, unreadable.</summary>
    public int OtherMessages { get; private set; }

    /// <summary>The position of the last event.</summary>
    public string? LastReplayId { get; private set; }

    /// <summary>Begins to count: what came before is no part of it.</summary>
    public void Begin(int firstRound)
    {
        lock (_lock)
        {
            _firstRound = firstRound;
            _received.Clear();
        }
    }

    public void Take(JsonObject message)
    {
        lock (_lock)
        {
            var id = (string)message["eventId"]!;
            if (!_ids.Add(id))
            {
                CameAgain++;
                return;
            }

            if ((string?)message["type"] != "change" || (int?)message["payload"]!["NumberOfEmployees"] is not { } number)
            {
                OtherMessages++;
                return;
            }

            var round = number / ChangingOrg.RoundFactor;
            if (round < _firstRound || _firstRound == 0)
            {
                return;
            }

            var record = (string)message["payload"]!["ChangeEventHeader"]!["recordIds"]![0]!;
            if (!_received.TryAdd((record, round), id))
            {
                OtherIds++;
                return;
            }

            if (_lastOfRecord.TryGetValue(record, out var last) && round < last)
            {
                OutOfOrder++;
            }

            _lastOfRecord[record] = round;
            LastReplayId = (string?)message["replayId"];
        }
    }
}
