using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Collections;

/// <summary>
/// Writes many records, call by call, and answers as one call would have: an array with a result for every record, in the
/// records' order.
/// </summary>
/// <remarks>
/// REST API Developer Guide, "sObject Collections". A result is <c>{"id","success":true,"errors":[]}</c> or
/// <c>{"success":false,"errors":[{"statusCode","message","fields"}]}</c>. A call that fails as a whole is told in the
/// results of its records, <c>outcomeUnknown</c> with it; the first call goes alone, and if it fails nothing else is tried.
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
        await run.AllAsync(calls.Skip(1)).ConfigureAwait(false);

        // Rows that others held, or the calls here each other's.
        var pause = options.Value.RetryDelay;
        for (var retry = 0; retry < options.Value.MaxRetries && !collection.AllOrNone && run.LockedPlaces is { Length: > 0 } locked; retry++)
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
            await run.AllAsync(collection.Split(locked)).ConfigureAwait(false);
        }

        return run.ToReply();
    }

    /// <summary>One payload's writes.</summary>
    private sealed class Run(
        SalesforceClient salesforce,
        Payload payload,
        Collection collection,
        OperationContext context,
        CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        private readonly (ReadOnlyMemory<byte> Json, string? ErrorCode)[] _results = new (ReadOnlyMemory<byte>, string?)[collection.Count];

        // For its headers.
        private SalesforceReply? _last;

        /// <summary>The records that Salesforce did not write because somebody else was at their rows.</summary>
        public int[] LockedPlaces =>
            [.. Enumerable.Range(0, _results.Length).Where(place => _results[place].ErrorCode == SalesforceErrors.UnableToLockRow)];

        public async Task FirstAsync(IReadOnlyList<int> places)
        {
            try
            {
                await SendAsync(places).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (places.Count < collection.Count)
            {
                throw new ConnectorException(
                    e.Problem with
                    {
                        Detail = $"{e.Problem.Detail} It was about the first {places.Count} records; the other {collection.Count - places.Count} were not sent.",
                    },
                    e);
            }
        }

        public Task AllAsync(IEnumerable<IReadOnlyList<int>> calls) =>
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

        public SalesforceReply ToReply()
        {
            var body = new MemoryStream(_results.Sum(result => result.Json.Length + 1) + 1);
            var separator = (byte)'[';
            foreach (var (json, _) in _results)
            {
                body.WriteByte(separator);
                body.Write(json.Span);
                separator = (byte)',';
            }

            body.WriteByte((byte)']');
            return SalesforceReply.Merge(StreamedBody.Of(body.GetBuffer().AsMemory(0, (int)body.Length)), _last!);
        }

        // What can be done as a whole again is not ended in part, as long as there is somebody who does it again.
        private bool IsTriedAgain(Problem problem) =>
            context.IsRetried && problem.Retryable && payload.Repetition != Repetition.Forbidden;

        private async Task SendAsync(IReadOnlyList<int> places)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new ConnectorException(SalesforceErrors.NotSent);
            }

            using var reply = await salesforce.SendAsync(
                payload, collection.Request(places) with { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
            using var document = Parse(reply, places.Count);
            var place = 0;
            foreach (var result in document.RootElement.EnumerateArray())
            {
                var at = places[place++];
                var errorCode = ErrorOf(result);
                _results[at] = collection.AlreadyDone is { } done && errorCode == done.StatusCode
                    ? (JsonSerializer.SerializeToUtf8Bytes(
                        new WrittenRecord(done.Id(at).ToLongForm(), Success: true, Errors: []), SalesforceJson.Default.WrittenRecord), null)
                    : (JsonMarshal.GetRawUtf8Value(result).ToArray(), errorCode);
            }

            _last = reply;
        }

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
                // No array either.
            }

            throw new ConnectorException(SalesforceErrors.NoResults(count));
        }

        private void Fill(IReadOnlyList<int> places, Problem problem)
        {
            if (problem.ErrorCode == ErrorCodes.Stopping && deadline.IsCancellationRequested)
            {
                problem = problem with { ErrorCode = ErrorCodes.TimedOut, Detail = SalesforceErrors.TimeForAllOver(problem.OutcomeUnknown) };
            }

            var result = JsonSerializer.SerializeToUtf8Bytes(
                new UnwrittenRecord(Success: false, [new UnwrittenRecordError(problem.ErrorCode, problem.Detail, [])], problem.OutcomeUnknown),
                SalesforceJson.Default.UnwrittenRecord);
            foreach (var place in places)
            {
                _results[place] = (result, problem.ErrorCode);
            }
        }

        /// <returns>The code of the result's first error, if it has one.</returns>
        private static string? ErrorOf(JsonElement result) =>
            result.ValueKind == JsonValueKind.Object
            && result.TryGetProperty("errors", out var errors)
            && errors.ValueKind == JsonValueKind.Array
            && errors.GetArrayLength() > 0
            && errors[0].ValueKind == JsonValueKind.Object
            && errors[0].TryGetProperty("statusCode", out var code)
            && code.ValueKind == JsonValueKind.String
                ? code.GetString()
                : null;
    }
}
