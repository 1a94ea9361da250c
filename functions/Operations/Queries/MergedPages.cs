using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Operations.Queries;

/// <summary>
/// Merges the pages of a query's result into one result of the same form. Writes one page while the next is being
/// fetched, so that two pages are in memory, plus those of child subqueries. Records are unchanged byte for byte. A page
/// whose child results have more pages is written before the next page is requested, because that request closes the
/// children's cursors.
/// </summary>
/// <param name="maxRecords">
/// The record limit: a page that exceeds it is not written. With a limit, <c>done</c> follows the records, and
/// <c>nextRecordsUrl</c> is last if there are more.
/// </param>
/// <param name="fetch">Gets a page.</param>
internal sealed class MergedPages(
    ResultPage first, ResultPage? second, int? maxRecords, Func<NextRecordsUrl, CancellationToken, Task<ResultPage>> fetch)
    : ReplyBody
{
    /// <summary>Salesforce's error code for a page whose cursor is no longer valid.</summary>
    public const string LostCursor = "INVALID_QUERY_LOCATOR";

    private ResultPage? _second = second;
    private long _missing;

    public override long? Length => null;

    public override string? Warning => _missing == 0
        ? null
        : $"199 - \"{_missing} of the records in the query's result are missing, because they were deleted before their page was read\"";

    /// <summary>Gets a page.</summary>
    /// <param name="written">The number of records before it.</param>
    /// <param name="total">The number of records in all, if known.</param>
    /// <exception cref="ConnectorException">The page is not available; permanently, if the code is <see cref="LostCursor"/>.</exception>
    public static async Task<ResultPage> FetchAsync(
        Func<NextRecordsUrl, CancellationToken, Task<ResultPage>> fetch, NextRecordsUrl url, long written, long? total, CancellationToken cancellationToken)
    {
        try
        {
            return await fetch(url, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == LostCursor)
        {
            throw new ConnectorException(
                Problem.Create(
                    ProblemKind.NoAnswer,
                    StatusCodes.Status502BadGateway,
                    LostCursor,
                    $"The query's cursor was lost after {written}{(total is null ? "" : $" of {total}")} records, because its session has ended. Run the query again.",
                    retryable: true),
                e);
        }
    }

    public override async Task CopyToAsync(
        Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = first.TopLevel;
        List<Edit> edits = [.. first.Incomplete.SelectMany(result => Complete(first, result))];
        if (own.Next is not null && maxRecords is { } limit && !(own.TotalSize <= limit))
        {
            NextRecordsUrl? rest = null;
            edits.AddRange(first.Cut(own.DoneMember, own.NextMember).Select(Edit.Remove));
            edits.Add(new Edit(own.RecordsEnd, own.RecordsEnd, async (output, cancellation) =>
                rest = await WriteRestAsync(own, TakeSecond(), limit, output, cancellation).ConfigureAwait(false)));
            edits.Add(new Edit(own.RecordsEnd + 1, own.RecordsEnd + 1, (output, cancellation) => WriteAsync(
                output, rest is null ? ",\"done\":true" : $",\"done\":false,\"nextRecordsUrl\":\"{rest}\"", cancellation)));
        }
        else if (own.Next is not null)
        {
            edits.AddRange(Complete(first, own, (output, cancellation) => WriteRestAsync(own, TakeSecond(), limit: null, output, cancellation)));
        }

        await WriteAsync(first.Bytes, 0, first.Bytes.Length, edits, destination, cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        first.Dispose();
        TakeSecond()?.Dispose();
    }

    private ResultPage? TakeSecond() => Interlocked.Exchange(ref _second, null);

    /// <summary>
    /// Makes a result complete: sets <c>done</c> to true, removes <c>nextRecordsUrl</c> and appends the remaining records.
    /// </summary>
    private IEnumerable<Edit> Complete(ResultPage page, ResultPage.Result result) =>
        Complete(page, result, (output, cancellation) => WriteRestAsync(result, prefetched: null, limit: null, output, cancellation));

    /// <summary>Writes the records of all pages after the first.</summary>
    /// <returns>The page that was not written because of the limit, if any.</returns>
    /// <exception cref="IOException">There are more records than the total, or the last page is missing.</exception>
    private async Task<NextRecordsUrl?> WriteRestAsync(
        ResultPage.Result result, ResultPage? prefetched, int? limit, Stream output, CancellationToken cancellationToken)
    {
        long written = result.Count;
        var url = result.Next;
        var page = prefetched;
        HashSet<NextRecordsUrl> seen = [];
        try
        {
            while (url is not null)
            {
                if (limit <= written)
                {
                    return url;
                }

                page ??= await FetchAsync(fetch, url, written, result.TotalSize, cancellationToken).ConfigureAwait(false);
                var next = page.TopLevel.Next;
                if (limit < written + page.TopLevel.Count)
                {
                    return url;
                }

                if (!seen.Add(url) || written + page.TopLevel.Count > result.TotalSize)
                {
                    throw new IncompletePagesException("Salesforce's pages do not end.");
                }

                if (next is null && !page.TopLevel.IsDone)
                {
                    throw new IncompletePagesException($"Salesforce's pages end after {written + page.TopLevel.Count} records, but the last page reports that there are more.");
                }

                var isAskedForNow = next is not null && page.Incomplete.Count == 0 && !(limit <= written + page.TopLevel.Count);
                await using var following = isAskedForNow
                    ? new Prefetch<ResultPage>(cancellation => FetchAsync(fetch, next!, written + page.TopLevel.Count, result.TotalSize, cancellation), cancellationToken)
                    : null;
                await WriteRecordsAsync(page, isFirst: written == 0, output, cancellationToken).ConfigureAwait(false);
                written += page.TopLevel.Count;
                page.Dispose();
                page = following is null ? null : await following.TakeAsync().ConfigureAwait(false);
                url = next;
            }

            _missing += Math.Max((result.TotalSize ?? written) - written, 0);
            return null;
        }
        finally
        {
            page?.Dispose();
        }
    }

    private async Task WriteRecordsAsync(ResultPage page, bool isFirst, Stream output, CancellationToken cancellationToken)
    {
        if (page.TopLevel.Count == 0)
        {
            return;
        }

        if (!isFirst)
        {
            await output.WriteAsync(","u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(
            page.Bytes, page.TopLevel.RecordsStart, page.TopLevel.RecordsEnd, [.. page.Incomplete.SelectMany(result => Complete(page, result))], output, cancellationToken)
            .ConfigureAwait(false);
    }

    private static IEnumerable<Edit> Complete(ResultPage page, ResultPage.Result result, Func<Stream, CancellationToken, Task> writeRest) =>
    [
        Edit.Replace(result.Done, "true"u8.ToArray()),
        .. page.Cut(result.NextMember).Select(Edit.Remove),
        new Edit(result.RecordsEnd, result.RecordsEnd, writeRest),
    ];

    private static async Task WriteAsync(
        ReadOnlyMemory<byte> bytes, int start, int end, List<Edit> edits, Stream output, CancellationToken cancellationToken)
    {
        foreach (var edit in edits.OrderBy(edit => edit.Start).ThenBy(edit => edit.End))
        {
            await output.WriteAsync(bytes[start..edit.Start], cancellationToken).ConfigureAwait(false);
            await edit.WriteAsync(output, cancellationToken).ConfigureAwait(false);
            start = edit.End;
        }

        await output.WriteAsync(bytes[start..end], cancellationToken).ConfigureAwait(false);
    }

    private static Task WriteAsync(Stream output, string text, CancellationToken cancellationToken) =>
        output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    /// <summary>A replacement of some bytes of a page.</summary>
    private sealed record Edit(int Start, int End, Func<Stream, CancellationToken, Task> WriteAsync)
    {
        public static Edit Remove((int Start, int End) place) => new(place.Start, place.End, (_, _) => Task.CompletedTask);

        public static Edit Replace((int Start, int End) place, byte[] bytes) =>
            new(place.Start, place.End, (output, cancellation) => output.WriteAsync(bytes, cancellation).AsTask());
    }
}
