using Microsoft.AspNetCore.Http;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queries;

/// <summary>
/// The pages of a query's result as one result of the same shape, written page by page while the next one is fetched: two
/// pages are in memory at a time, those of child subqueries apart. Records pass byte for byte.
/// </summary>
/// <param name="maxRecords">No page is written that would make more; <c>done</c> stays false then, and <c>nextRecordsUrl</c> comes last.</param>
/// <param name="fetch">Gets a page.</param>
internal sealed class MergedPages(
    ResultPage first, ResultPage? second, int? maxRecords, Func<NextRecordsUrl, CancellationToken, Task<ResultPage>> fetch)
    : ReplyBody
{
    /// <summary>What Salesforce says of a page whose cursor is no more.</summary>
    public const string LostCursor = "INVALID_QUERY_LOCATOR";

    private ResultPage? _second = second;

    public override long? Length => null;

    /// <summary>Gets a page, after so many records of so many.</summary>
    /// <exception cref="ConnectorException">It is not to be had; with <see cref="LostCursor"/>, never again.</exception>
    public static async Task<ResultPage> FetchAsync(
        Func<NextRecordsUrl, CancellationToken, Task<ResultPage>> fetch, NextRecordsUrl url, int written, int total, CancellationToken cancellationToken)
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
                    $"The query's cursor was lost after {written} of {total} records, as its session has ended. Query again.",
                    retryable: true),
                e);
        }
    }

    public override async Task CopyToAsync(
        Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = first.Own;
        var isPart = maxRecords < own.TotalSize;
        List<Edit> edits = [.. first.Incomplete.SelectMany(Complete)];
        NextRecordsUrl? rest = null;
        if (own.Next is not null)
        {
            edits.AddRange(Complete(own, async (output, cancellation) =>
            {
                var prefetched = Interlocked.Exchange(ref _second, null);
                rest = await WriteRestAsync(own, prefetched, isPart ? maxRecords : null, output, cancellation).ConfigureAwait(false);
            }, isPart));
        }

        if (isPart)
        {
            edits.Add(new Edit(own.RecordsEnd + 1, own.RecordsEnd + 1, (output, cancellation) =>
                rest is null ? Task.CompletedTask : WriteAsync(output, $",\"nextRecordsUrl\":\"{rest}\"", cancellation)));
        }

        await WriteAsync(first.Bytes, 0, first.Bytes.Length, edits, destination, cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        first.Dispose();
        Interlocked.Exchange(ref _second, null)?.Dispose();
    }

    /// <summary>What makes a result complete in its place: <c>done</c> true, no <c>nextRecordsUrl</c>, the other records behind its own.</summary>
    private IEnumerable<Edit> Complete(ResultPage.Result result) =>
        Complete(result, (output, cancellation) => WriteRestAsync(result, prefetched: null, limit: null, output, cancellation), isPart: false);

    /// <summary>Writes the records of all pages but the first.</summary>
    /// <returns>The page that was not written because of the limit.</returns>
    /// <exception cref="IOException">There are not as many records as the result says.</exception>
    private async Task<NextRecordsUrl?> WriteRestAsync(
        ResultPage.Result result, ResultPage? prefetched, int? limit, Stream output, CancellationToken cancellationToken)
    {
        var written = result.Count;
        var url = result.Next;
        var page = prefetched;
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

                if (next == url || written + page.Own.Count > result.TotalSize)
                {
                    throw new IOException("Salesforce's pages do not come to an end.");
                }

                var isLast = next is null || limit <= written + page.Own.Count;
                await using var following = isLast
                    ? null
                    : new Prefetch<ResultPage>(cancellation => FetchAsync(fetch, next!, written + page.Own.Count, result.TotalSize, cancellation), cancellationToken);
                await WriteRecordsAsync(page, isFirst: written == 0, output, cancellationToken).ConfigureAwait(false);
                written += page.Own.Count;
                page.Dispose();
                page = following is null ? null : await following.TakeAsync().ConfigureAwait(false);
                url = next;
            }

            return written == result.TotalSize
                ? null
                : throw new IncompletePagesException($"Salesforce's pages have {written} records, and the query's result should have {result.TotalSize}.");
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
            page.Bytes, page.Own.RecordsStart, page.Own.RecordsEnd, [.. page.Incomplete.SelectMany(Complete)], output, cancellationToken)
            .ConfigureAwait(false);
    }

    private static IEnumerable<Edit> Complete(ResultPage.Result result, Func<Stream, CancellationToken, Task> writeRest, bool isPart)
    {
        if (!isPart)
        {
            yield return Edit.Replace(result.Done, "true"u8.ToArray());
        }

        yield return Edit.Remove(result.NextMember);
        yield return new Edit(result.RecordsEnd, result.RecordsEnd, writeRest);
    }

    private static async Task WriteAsync(
        ReadOnlyMemory<byte> bytes, int start, int end, List<Edit> edits, Stream output, CancellationToken cancellationToken)
    {
        foreach (var edit in edits.OrderBy(edit => edit.Start))
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
