using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Bulk.Pages;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>One attempt at a bulk query.</summary>
internal sealed class QueryRun(QueryServices services, BulkQueryPayload payload, OperationProgress saved)
{
    private const string LocatorHeader = "Sforce-Locator";
    private const string CountHeader = "Sforce-NumberOfRecords";

    // Salesforce's text for: there is no further page.
    private const string NoLocator = "null";

    private readonly AttemptPace _pace = new(services.Salesforce.InvocationTimeout, services.Options.LongestPollDelay, services.Time);

    private QueryProgress? _progress = saved.Saved is { } json ? JsonSerializer.Deserialize(json, BulkQueryJson.Default.QueryProgress) : null;

    /// <summary>What has been done so far; a job has been made.</summary>
    public QueryProgress Progress => _progress!;

    private string BlobName => Progress.BlobName(saved.Id, payload.Stored);

    /// <returns>When to continue; <see langword="null"/> if all is done.</returns>
    /// <exception cref="ConnectorException">The query failed, or this attempt at it.</exception>
    public async Task<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        if (_progress is null)
        {
            await CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (!Progress.HasEnded && await LookAsync(cancellationToken).ConfigureAwait(false) is { } pause)
            {
                return pause;
            }

            if (Progress.State != JobState.JobComplete)
            {
                throw new ConnectorException(QueryProblems.Ended(Progress));
            }

            while (!Progress.IsRead)
            {
                if (_pace.IsOver)
                {
                    return TimeSpan.Zero;
                }

                await ReadPageAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SalesforceException e) when (e.Problem.Status == StatusCodes.Status404NotFound)
        {
            throw new ConnectorException(QueryProblems.Gone(Progress), e);
        }

        return await StoredReply.StoreAsync(async () =>
        {
            await services.Container.CommitAsync(BlobName, payload.Stored.MediaType, Progress.Blocks, cancellationToken).ConfigureAwait(false);
            return (TimeSpan?)null;
        }).ConfigureAwait(false);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var created = await services.Jobs.CreateAsync(
                payload,
                new NewQueryJob(payload.IncludeDeleted == true ? "queryAll" : "query", payload.Text, "CSV", "COMMA", "LF"),
                cancellationToken).ConfigureAwait(false);
            _progress = new QueryProgress
            {
                Since = services.Time.GetUtcNow(),
                JobId = created.Id,
                PageRows = services.Options.QueryPageRows,
                State = created.State,
            };
        }
        catch (SalesforceException e) when (QueryProblems.WithLimits(e.Problem) is var problem && problem != e.Problem)
        {
            throw new ConnectorException(problem, e);
        }

        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks whether the job has ended.</summary>
    /// <returns>When to look again; <see langword="null"/> if it has.</returns>
    private async Task<TimeSpan?> LookAsync(CancellationToken cancellationToken)
    {
        var info = await services.Jobs.GetAsync(payload, BulkJobs.Query, Progress.JobId, cancellationToken).ConfigureAwait(false);
        (Progress.State, Progress.Processed, Progress.ErrorMessage) = (info.State, info.NumberRecordsProcessed, info.ErrorMessage);
        var pause = info.HasEnded ? (TimeSpan?)null : _pace.PauseAfter(Progress.Since);
        if (pause is not null && services.Time.GetUtcNow() > Progress.Since + services.Options.JobTimeout)
        {
            await services.Jobs.AbortAsync(payload, BulkJobs.Query, Progress.JobId, cancellationToken).ConfigureAwait(false);
        }

        await SaveAsync(cancellationToken).ConfigureAwait(false);
        return pause;
    }

    private async Task ReadPageAsync(CancellationToken cancellationToken)
    {
        using var reply = await services.Jobs.OpenPageAsync(
            payload, Progress.JobId, Progress.Locator, Progress.PageRows, cancellationToken).ConfigureAwait(false);
        var next = reply.FindHeader(LocatorHeader) ?? throw Unexpected($"has no header {LocatorHeader}");
        if (next == Progress.Locator)
        {
            throw Unexpected("is a page that is followed by itself");
        }

        var part = services.Container.OpenPart(BlobName, Progress.Blocks);
        await using (part.ConfigureAwait(false))
        {
            var page = await StoredReply.StoreAsync(() => reply.Body.ReadAsync(
                async (csv, cancellation) =>
                {
                    var copy = payload.Stored.IsJson
                        ? await JsonLinesPage.CopyAsync(csv, part, cancellation).ConfigureAwait(false)
                        : await CsvPage.CopyAsync(csv, part, withHeader: Progress.Header is null, cancellation).ConfigureAwait(false);
                    await part.CompleteAsync(cancellation).ConfigureAwait(false);
                    return copy;
                },
                services.Salesforce.StallTimeout,
                services.Time,
                cancellationToken)).ConfigureAwait(false);
            Check(page, reply.FindHeader(CountHeader));
            if (Progress.Blocks + part.Blocks > QueryProblems.MaxBlocks)
            {
                throw new ConnectorException(QueryProblems.TooLong(Progress));
            }

            Progress.Header ??= page.Header;
            Progress.Rows += page.Rows;
            Progress.Bytes += part.Bytes;
            Progress.Blocks += part.Blocks;
            (Progress.Locator, Progress.IsRead) = next == NoLocator ? (null, true) : (next, false);
        }

        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Check(PageCopy page, string? count)
    {
        if (Progress.Header is { } header && page.Header != header)
        {
            throw Unexpected("is a page with another header row than the first one");
        }

        // A reply that ends too early can look complete.
        if (count is not null && count != page.Rows.ToString(CultureInfo.InvariantCulture))
        {
            throw new ConnectorException(Problems.IncompleteReply);
        }
    }

    private static ConnectorException Unexpected(string what) => new(JobInfo.Unexpected(what));

    private Task SaveAsync(CancellationToken cancellationToken) =>
        saved.SaveAsync(Progress.ToJson(), Progress.ToShown(), mayHaveRun: false, cancellationToken);
}
