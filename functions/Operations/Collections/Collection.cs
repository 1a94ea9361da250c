using System.Text.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Collections;

/// <summary>The records of a bulk write, and how to split them into calls.</summary>
/// <param name="TypeOf">The sObject of the record at an index, or a value that stands for it.</param>
/// <param name="Request">Creates the call for the records at some indexes.</param>
/// <param name="AllOrNone">Whether all records are rolled back if one fails.</param>
internal sealed record Collection(
    int Count, Func<int, string> TypeOf, Func<IReadOnlyList<int>, SalesforceRequest> Request, bool AllOrNone)
{
    /// <summary>The most records in one payload.</summary>
    public const int MostRecords = 10_000;

    private const int MostInCall = 200;
    private const int MostTypesInCall = 10;

    /// <summary>The error code that means success after an earlier attempt.</summary>
    public AlreadyDone? AlreadyDone { get; init; }

    /// <summary>
    /// The key that the record at an index is written by; equal keys are the same record. <see langword="null"/> if it has
    /// no key.
    /// </summary>
    public Func<int, string?> KeyOf { get; init; } = _ => null;

    /// <summary>Splits records into calls of at most 200 records and at most 10 changes of sObject between neighbors.</summary>
    /// <param name="apart">Whether records with the same key must go into different calls.</param>
    /// <remarks>REST API Developer Guide, "sObject Collections".</remarks>
    public IReadOnlyList<IReadOnlyList<int>> Split(IEnumerable<int> places, bool apart = false)
    {
        List<List<int>> calls = [];
        HashSet<string> keys = [];
        var types = 0;
        string? last = null;
        foreach (var place in places)
        {
            var type = TypeOf(place);
            var key = apart ? KeyOf(place) : null;
            var isOther = !string.Equals(type, last, StringComparison.OrdinalIgnoreCase);
            if (calls.Count == 0
                || calls[^1].Count == MostInCall
                || (isOther && types == MostTypesInCall)
                || (key is not null && keys.Contains(key)))
            {
                calls.Add([]);
                keys.Clear();
                types = 0;
                isOther = true;
            }

            if (key is not null)
            {
                keys.Add(key);
            }

            types += isOther ? 1 : 0;
            last = type;
            calls[^1].Add(place);
        }

        return calls;
    }

    /// <summary>
    /// Groups calls into steps; the calls of one step can run in parallel. A call that shares a record key with an earlier
    /// call is in a later step, so that the last value wins.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> InSteps(IReadOnlyList<IReadOnlyList<int>> calls)
    {
        if (calls.Count < 2)
        {
            return [calls];
        }

        List<List<IReadOnlyList<int>>> steps = [];
        Dictionary<string, int> stepAfter = [];
        foreach (var call in calls)
        {
            string[] keys = [.. call.Select(KeyOf).OfType<string>()];
            var step = keys.Select(key => stepAfter.GetValueOrDefault(key)).DefaultIfEmpty().Max();
            if (step == steps.Count)
            {
                steps.Add([]);
            }

            steps[step].Add(call);
            foreach (var key in keys)
            {
                stepAfter[key] = step + 1;
            }
        }

        return steps;
    }

    /// <exception cref="InvalidPayloadException">All-or-none is requested for more than one call.</exception>
    public void Validate()
    {
        if (AllOrNone && Split(Enumerable.Range(0, Count)).Count > 1)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "allOrNone",
                $"applies to a single call to Salesforce: at most {MostInCall} records with at most {MostTypesInCall} changes of sObject; this payload has more");
        }
    }

    /// <summary>Checks a payload's array and returns its elements.</summary>
    /// <exception cref="JsonException">It is not an array, or the number or type of its elements is wrong.</exception>
    public static JsonElement.ArrayEnumerator Items(JsonElement array, string what, JsonValueKind kind)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > MostRecords)
        {
            throw new JsonException($"must be an array of 1 to {MostRecords} {what}");
        }

        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != kind)
            {
                throw new JsonException($"must contain only {what}; [{index}] is not one");
            }

            index++;
        }

        return array.EnumerateArray();
    }
}

/// <summary>An error code that, on a retry, means that an earlier attempt has succeeded.</summary>
/// <param name="Id">The id of the record at an index.</param>
internal sealed record AlreadyDone(string StatusCode, Func<int, RecordId> Id);
