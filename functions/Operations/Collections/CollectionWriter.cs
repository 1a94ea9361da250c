using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Collections;

/// <summary>
/// Writes many records in several calls and merges the replies into one: an array with a result for every record, in
/// order.
/// </summary>
/// <remarks>
/// REST API Developer Guide, "sObject Collections". A result is <c>{"id","success":true,"errors":[]}</c> or
/// <c>{"success":false,"errors":[{"statusCode","message","fields"}]}</c>. If a call fails, each of its records has a
/// failed result, with <c>outcomeUnknown</c> where it applies. The first call is sent alone; if it fails, the operation
/// fails and no other call is sent.
/// </remarks>
public sealed class CollectionWriter(SalesforceClient salesforce, IOptions<SalesforceOptions> options, TimeProvider time)
{
    internal const string Path = "composite/sobjects";

    private const int CallsAtOnce = 4;

    internal async Task<SalesforceReply> WriteAsync(
        Payload payload, Collection collection, OperationContext context, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var run = new Run(salesforce, payload, collection, context, deadline.Token, either.Token);
        var calls = collection.Split(Enumerable.Range(0, collection.Count));
        await run.FirstAsync(calls[0]).ConfigureAwait(false);
        await run.AllAsync([.. calls.Skip(1)]).ConfigureAwait(false);

        // Retries locked rows, including locks between the calls made here, and records that an earlier attempt may be creating.
        var pause = options.Value.RetryDelay;
        for (var retry = 0; retry < options.Value.MaxRetries && !collection.AllOrNone && run.TakeUnfinished() is { Length: > 0 } unfinished; retry++)
        {
            try
            {
                await Task.Delay(pause, time, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            pause *= 2;
            await run.AllAsync(collection.Split(unfinished, apart: true)).ConfigureAwait(false);
        }

        return run.ToReply();
    }

    /// <summary>The writes of one payload.</summary>
    private sealed class Run(
        SalesforceClient salesforce,
        Payload payload,
        Collection collection,
        OperationContext context,
        CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        private readonly RecordResult[] _results = new RecordResult[collection.Count];

        // The keys of records to be retried. Later records with the same key wait, or an older value would win.
        private readonly ConcurrentDictionary<string, bool> _waitingKeys = [];

        // Provides the headers of the merged reply.
        private SalesforceReply? _last;

        /// <summary>Starts a retry: returns the indexes of the records to write again.</summary>
        public int[] TakeUnfinished()
        {
            _waitingKeys.Clear();
            return [.. Enumerable.Range(0, _results.Length).Where(place => _results[place].IsUnfinished)];
        }

        public async Task FirstAsync(IReadOnlyList<int> places)
        {
            try
            {
                await SendAsync(places).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (places.Count < collection.Count)
            {
                throw new ConnectorException(
                    e.Problem.Add($"The call contained the first {places.Count} records; the other {collection.Count - places.Count} were not sent."),
                    e);
            }
        }

        public async Task AllAsync(IReadOnlyList<IReadOnlyList<int>> calls)
        {
            foreach (var step in collection.InSteps(calls))
            {
                await AtOnceAsync(step).ConfigureAwait(false);
            }
        }

        private Task AtOnceAsync(IEnumerable<IReadOnlyList<int>> calls) =>
            Parallel.ForEachAsync(
                calls,
                new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce },
                async (places, _) =>
                {
                    try
                    {
                        await SendAsync(places).ConfigureAwait(false);
                    }
                    catch (ConnectorException e) when (!IsTriedAgain(e.Problem))
                    {
                        Fill(places, e.Problem);
                    }
                });

        public SalesforceReply ToReply() => SalesforceReply.Merge([.. _results.Select(result => result.Json)], _last!);

        // A failure that the caller retries as a whole must not become a partial result.
        private bool IsTriedAgain(Problem problem) =>
            context.IsRetried && problem.Retryable && payload.Repetition != Repetition.NotIdempotent;

        private async Task SendAsync(IReadOnlyList<int> places)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new ConnectorException(SalesforceErrors.NotSent);
            }

            places = WithoutWaiting(places);
            if (places.Count == 0)
            {
                return;
            }

            var request = collection.Request(places);
            using var reply = await salesforce.SendAsync(
                payload,
                request with
                {
                    ReadsWhole = true,
                    Forms = ReplyForms.JsonArray,
                    EarlierMayHaveRun = context.EarlierAttempt || places.Any(place => _results[place].EarlierMayHaveRun),
                },
                cancellationToken).ConfigureAwait(false);
            using var document = Parse(reply, places.Count);
            var place = 0;
            foreach (var result in document.RootElement.EnumerateArray())
            {
                var at = places[place++];
                _results[at] = ReadResult(at, result, reply.EarlierMayHaveRun, request.IsRepeatable);
                if (_results[at].IsUnfinished)
                {
                    Wait(at);
                }
            }

            _last = reply;
        }

        private RecordResult ReadResult(int at, JsonElement result, bool earlierMayHaveRun, bool isRepeatable)
        {
            var (errorCode, message) = RecordResult.ErrorOf(result);
            if (collection.AlreadyDone is { } done && errorCode == done.StatusCode)
            {
                return new RecordResult(JsonSerializer.SerializeToUtf8Bytes(
                    new WrittenRecord(done.Id(at).ToLongForm(), Success: true, Errors: []), SalesforceJson.Default.WrittenRecord));
            }

            ReadOnlyMemory<byte> json = JsonMarshal.GetRawUtf8Value(result).ToArray();
            if (errorCode is null)
            {
                // An earlier record with the same key is retried. This one must be written again after it, so that the last value wins.
                return new RecordResult(json) { IsUnfinished = IsWaiting(at) };
            }

            var isOvertaken = errorCode == SalesforceErrors.DuplicateValue && earlierMayHaveRun && isRepeatable && !_results[at].EarlierMayHaveRun;
            return new RecordResult(earlierMayHaveRun ? WithUnknownOutcome(json) : json)
            {
                IsUnfinished = isOvertaken || SalesforceErrors.IsLockedRow(errorCode, message),
                EarlierMayHaveRun = earlierMayHaveRun,
            };
        }

        /// <returns>The indexes without the records that must wait for a retry of an earlier record with the same key.</returns>
        private IReadOnlyList<int> WithoutWaiting(IReadOnlyList<int> places)
        {
            if (_waitingKeys.IsEmpty)
            {
                return places;
            }

            var (waiting, others) = (places.Where(IsWaiting).ToArray(), places.Where(place => !IsWaiting(place)).ToArray());
            foreach (var place in waiting)
            {
                _results[place] = new RecordResult(ToJson(SalesforceErrors.RecordWaits))
                {
                    IsUnfinished = true,
                    EarlierMayHaveRun = _results[place].EarlierMayHaveRun,
                };
            }

            return others;
        }

        private bool IsWaiting(int place) => !_waitingKeys.IsEmpty && collection.KeyOf(place) is { } key && _waitingKeys.ContainsKey(key);

        private void Wait(int place)
        {
            if (collection.KeyOf(place) is { } key)
            {
                _waitingKeys.TryAdd(key, true);
            }
        }

        private static byte[] WithUnknownOutcome(ReadOnlyMemory<byte> result) =>
            [.. "{\"outcomeUnknown\":true,"u8, .. result.Span[1..]];

        private static JsonDocument Parse(SalesforceReply reply, int count)
        {
            try
            {
                var document = JsonDocument.Parse(reply.Bytes);
                if (document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() == count)
                {
                    return document;
                }

                document.Dispose();
            }
            catch (JsonException)
            {
                // Not an array; handled below.
            }

            throw new ConnectorException(SalesforceErrors.NoResults(count));
        }

        private void Fill(IReadOnlyList<int> places, Problem problem)
        {
            if (problem.ErrorCode == ErrorCodes.Stopping && deadline.IsCancellationRequested)
            {
                problem = SalesforceErrors.TimeOver("records", problem.OutcomeUnknown);
            }

            var result = new RecordResult(ToJson(problem))
            {
                IsUnfinished = SalesforceErrors.IsLockedRow(problem.ErrorCode, problem.Detail),
                EarlierMayHaveRun = problem.OutcomeUnknown,
            };
            int[] sent = [.. places.Where(place => !IsWaiting(place))];
            foreach (var place in sent)
            {
                _results[place] = result;
                if (result.IsUnfinished)
                {
                    Wait(place);
                }
            }
        }

        private static byte[] ToJson(Problem problem) => JsonSerializer.SerializeToUtf8Bytes(
            new UnwrittenRecord(Success: false, [new UnwrittenRecordError(problem.ErrorCode, problem.Detail, [])], problem.OutcomeUnknown),
            RequestJson.Default.UnwrittenRecord);
    }
}
