using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Operations.Queries;

/// <summary>
/// The pages of a query's result as one result of the same shape, written page by page while the next one is fetched: two
/// pages are in memory at a time, those of child subqueries apart. Records pass byte for byte. A page with child results that
/// have more pages is written before the next one is asked for, as that ends the cursors of the children.
/// </summary>
/// <param name="maxRecords">
/// No page is written that would make more. If there may be more, <c>done</c> comes behind the records, and
/// <c>nextRecordsUrl</c> last if there are.
/// </param>
/// <param name="fetch">Gets a page.</param>
internal sealed class MergedPages(
    ResultPage first, ResultPage? second, int? maxRecords, Func<NextRecordsUrl, CancellationToken, Task<ResultPage>> fetch)
    : ReplyBody
{
    /// <summary>Salesforce's error code for a page whose cursor has ended.</summary>
    public const string LostCursor = "INVALID_QUERY_LOCATOR";

    private ResultPage? _second = second;
    private long _missing;

    public override long? Length => null;

    public override string? Warning => _missing == 0
        ? null
        : $"199 - \"{_missing} of the records that the query had found were deleted before their page was read, and are missing\"";

    /// <summary>Gets a page, after so many records of so many.</summary>
    /// <exception cref="ConnectorException">It is not to be had; with <see cref="LostCursor"/>, never again.</exception>
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
                    $"The query's cursor was lost after {written}{(total is null ? "" : $" of {total}")} records, as its session has ended. Query again.",
                    retryable: true),
                e);
        }
    }

    public override async Task CopyToAsync(
        Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = first.Own;
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

    /// <summary>What makes a result complete in its place: <c>done</c> true, no <c>nextRecordsUrl</c>, the other records behind its own.</summary>
    private IEnumerable<Edit> Complete(ResultPage page, ResultPage.Result result) =>
        Complete(page, result, (output, cancellation) => WriteRestAsync(result, prefetched: null, limit: null, output, cancellation));

    /// <summary>Writes the records of all pages but the first.</summary>
    /// <returns>The page that was not written because of the limit.</returns>
    /// <exception cref="IOException">There are more records than the result says, or its pages end without an end.</exception>
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
                var next = page.Own.Next;
                if (limit < written + page.Own.Count)
                {
                    return url;
                }

                if (!seen.Add(url) || written + page.Own.Count > result.TotalSize)
                {
                    throw new IncompletePagesException("Salesforce's pages do not come to an end.");
                }

                if (next is null && !page.Own.IsDone)
                {
                    throw new IncompletePagesException($"Salesforce's pages end after {written + page.Own.Count} records, and the last of them says that there are more.");
                }

                var isAskedForNow = next is not null && page.Incomplete.Count == 0 && !(limit <= written + page.Own.Count);
                await using var following = isAskedForNow
                    ? new Prefetch<ResultPage>(cancellation => FetchAsync(fetch, next!, written + page.Own.Count, result.TotalSize, cancellation), cancellationToken)
                    : null;
                await WriteRecordsAsync(page, isFirst: written == 0, output, cancellationToken).ConfigureAwait(false);
                written += page.Own.Count;
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
        if (page.Own.Count == 0)
        {
            return;
        }

        if (!isFirst)
        {
            await output.WriteAsync(","u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(
            page.Bytes, page.Own.RecordsStart, page.Own.RecordsEnd, [.. page.Incomplete.SelectMany(result => Complete(page, result))], output, cancellationToken)
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

    /// <summary>Other bytes in the place of some of a page's.</summary>
    private sealed record Edit(int Start, int End, Func<Stream, CancellationToken, Task> WriteAsync)
    {
        public static Edit Remove((int Start, int End) place) => new(place.Start, place.End, (_, _) => Task.CompletedTask);

        public static Edit Replace((int Start, int End) place, byte[] bytes) =>
            new(place.Start, place.End, (output, cancellation) => output.WriteAsync(bytes, cancellation).AsTask());
    }
}
