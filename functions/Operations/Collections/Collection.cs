using System.Text.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Many writes of one kind, to be made some at a time.</summary>
/// <param name="TypeOf">Which sObject a record is of, or what stands for it.</param>
/// <param name="Request">The call for the records at some places.</param>
/// <param name="AllOrNone">Whether none is made if one cannot be.</param>
internal sealed record Collection(
    int Count, Func<int, string> TypeOf, Func<IReadOnlyList<int>, SalesforceRequest> Request, bool AllOrNone)
{
    /// <summary>Records in one payload.</summary>
    public const int MostRecords = 10_000;

    private const int MostInCall = 200;
    private const int MostTypesInCall = 10;

    /// <summary>What is an error at the first attempt, and done at a later one.</summary>
    public AlreadyDone? AlreadyDone { get; init; }

    /// <summary>The id that a place's record is written by; equal texts are the same record. <see langword="null"/>, if it has none.</summary>
    public Func<int, string?> KeyOf { get; init; } = _ => null;

    /// <summary>The calls: 200 records each, and at most 10 changes of sObject from one record to the next.</summary>
    /// <param name="apart">Whether no call has two records of the same id.</param>
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
    /// The calls in steps: those of one step may be made at the same time. A call comes after all calls before it that have a
    /// record of the same id, so that the last of these records is the one that stays.
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

    /// <exception cref="InvalidPayloadException">All or none is asked of more than one call can promise.</exception>
    public void Validate()
    {
        if (AllOrNone && Split(Enumerable.Range(0, Count)).Count > 1)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "allOrNone",
                $"holds within one call to Salesforce, of up to {MostInCall} records with up to {MostTypesInCall} changes of sObject; these are more");
        }
    }

    /// <summary>The items of a payload's array.</summary>
    /// <exception cref="JsonException">It is none, or has too few, too many or wrong ones.</exception>
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
                throw new JsonException($"must have {what} only; [{index}] is none");
            }

            index++;
        }

        return array.EnumerateArray();
    }
}

/// <summary>An error code that says, at a later attempt, that an earlier one has done it.</summary>
/// <param name="Id">The record at a place.</param>
internal sealed record AlreadyDone(string StatusCode, Func<int, RecordId> Id);
