using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bulk;
using SalesforceConnector.Salesforce.Bulk.Rows;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>One attempt at a bulk write.</summary>
internal sealed class WriteRun(WriteServices services, BulkWritePayload payload, WriteProgress progress, OperationProgress saved)
{
    /// <summary>The most jobs of one operation, whose progress must fit into the ledger.</summary>
    internal const int MaxJobs = 200;

    // Jobs that are looked at in one attempt: those that were closed first end first.
    private const int MaxLooks = 10;

    private readonly AttemptPace _pace = new(services.InvocationTimeout, services.Options.LongestPollDelay, services.Time);

    // The job whose rows this attempt itself has uploaded, or that it has made.
    private string? _own;

    /// <returns>When to continue; <see langword="null"/> if all is done.</returns>
    public async Task<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        while (!progress.IsSent || progress.Jobs.Exists(job => job.Phase < WritePhase.Closed))
        {
            if (_pace.IsOver)
            {
                return TimeSpan.Zero;
            }

            await SendNextAsync(cancellationToken).ConfigureAwait(false);
        }

        if (await PollAsync(cancellationToken).ConfigureAwait(false) is { } pause)
        {
            return pause;
        }

        for (var i = 0; i < progress.Jobs.Count; i++)
        {
            if (progress.Jobs[i].Phase == WritePhase.Collected)
            {
                continue;
            }

            if (_pace.IsOver)
            {
                return TimeSpan.Zero;
            }

            await services.Results.CollectAsync(payload, progress, i, saved.Id, cancellationToken).ConfigureAwait(false);
            progress.Jobs[i].Phase = WritePhase.Collected;
            await SaveAsync(cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Makes the next job, or goes on with the one that is not closed yet.</summary>
    private async Task SendNextAsync(CancellationToken cancellationToken)
    {
        var job = progress.Jobs.Find(job => job.Phase < WritePhase.Closed);
        try
        {
            switch (job)
            {
                case null:
                    await CreateAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case { Phase: WritePhase.Open } when job.Id != _own:
                    // Whether its rows were uploaded is unknown, and a job takes one upload.
                    await DropAsync(job, cancellationToken).ConfigureAwait(false);
                    break;
                case { Phase: WritePhase.Open }:
                    await UploadAsync(job, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await CloseAsync(job, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        catch (ConnectorException e) when (!e.Problem.Retryable && job is null or { Phase: WritePhase.Open })
        {
            await StopAsync(e, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (progress.Jobs.Count == MaxJobs)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "source", $"must fit into {MaxJobs} jobs of {services.Options.MaxJobBytes} bytes (Bulk__MaxJobBytes)");
        }

        var format = progress.Format;
        var created = await services.Jobs.CreateAsync(
            payload,
            new NewIngestJob(
                payload.ObjectType.ToString(),
                payload.Operation.ToString(),
                payload.ExternalIdField?.ToString(),
                payload.AssignmentRule?.ToString(),
                "CSV",
                format.ColumnDelimiter,
                format.LineEnding),
            cancellationToken).ConfigureAwait(false);
        _own = created.Id;
        progress.Jobs.Add(new WriteJob { Id = created.Id });
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UploadAsync(WriteJob job, CancellationToken cancellationToken)
    {
        JobPart? part = null;
        // From here on, the job cannot be uploaded to again.
        _own = null;
        await services.Jobs.UploadAsync(
            payload,
            job.Id,
            async (stream, cancellation) =>
                part = await services.Source.CopyAsync(payload, progress, services.Options.MaxJobBytes, stream, cancellation).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        MoveOn(part!);
        if (part!.Rows == 0)
        {
            await DropAsync(job, cancellationToken).ConfigureAwait(false);
            return;
        }

        (job.Sent, job.Phase) = (part.Rows, WritePhase.Uploaded);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
        _own = job.Id;
    }

    private void MoveOn(JobPart part)
    {
        progress.Position = part.Next;
        if (part.IsLast && progress.NeedsCrLf)
        {
            // The same records once more, for those that were left out.
            (progress.NeedsCrLf, progress.IsCrLf, progress.Position) = (false, true, 0);
        }
        else
        {
            progress.IsSent = part.IsLast;
        }
    }

    private async Task CloseAsync(WriteJob job, CancellationToken cancellationToken)
    {
        if (job.Id == _own || await IsOpenAsync(job, cancellationToken).ConfigureAwait(false))
        {
            _own = null;
            try
            {
                await services.Jobs.CloseAsync(payload, job.Id, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (BulkJobs.IsStateRefused(e))
            {
                // An earlier request to close it may have overtaken this one.
                if (await IsOpenAsync(job, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }

        (job.Phase, job.ClosedAt) = (WritePhase.Closed, services.Time.GetUtcNow());
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsOpenAsync(WriteJob job, CancellationToken cancellationToken) =>
        (await services.Jobs.GetAsync(payload, BulkJobs.Ingest, job.Id, cancellationToken).ConfigureAwait(false)).State == JobState.Open;

    private async Task DropAsync(WriteJob job, CancellationToken cancellationToken)
    {
        await services.Jobs.AbortAsync(payload, BulkJobs.Ingest, job.Id, cancellationToken).ConfigureAwait(false);
        progress.Jobs.Remove(job);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends no more rows. What jobs that were closed have written is still found out.</summary>
    private async Task StopAsync(ConnectorException cause, CancellationToken cancellationToken)
    {
        foreach (var job in progress.Jobs.Where(job => job.Phase == WritePhase.Open).ToArray())
        {
            await services.Jobs.AbortAsync(payload, BulkJobs.Ingest, job.Id, cancellationToken).ConfigureAwait(false);
            progress.Jobs.Remove(job);
        }

        if (progress.Jobs.Count == 0)
        {
            throw new ConnectorException(cause.Problem, cause);
        }

        (progress.IsSent, progress.StopReason, progress.StopCode) = (true, cause.Problem.Detail, cause.Problem.ErrorCode);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks whether the jobs have ended.</summary>
    /// <returns>When to look again; <see langword="null"/> if all have ended.</returns>
    private async Task<TimeSpan?> PollAsync(CancellationToken cancellationToken)
    {
        var looks = 0;
        foreach (var job in progress.Jobs.Where(job => job.Phase == WritePhase.Closed))
        {
            if (looks == MaxLooks)
            {
                break;
            }

            await LookAsync(job, cancellationToken).ConfigureAwait(false);
            looks += job.Phase == WritePhase.Closed ? 1 : 0;
        }

        if (looks == 0)
        {
            return null;
        }

        await SaveAsync(cancellationToken).ConfigureAwait(false);
        var first = progress.Jobs.Find(job => job.Phase == WritePhase.Closed)!;
        return _pace.PauseAfter(first.ClosedAt!.Value, (double)first.Processed / first.Sent);
    }

    private async Task LookAsync(WriteJob job, CancellationToken cancellationToken)
    {
        var info = await services.Jobs.GetAsync(payload, BulkJobs.Ingest, job.Id, cancellationToken).ConfigureAwait(false);
        (job.State, job.Processed, job.Failed, job.ErrorMessage) =
            (info.State, info.NumberRecordsProcessed, info.NumberRecordsFailed, info.ErrorMessage);
        if (info.HasEnded)
        {
            job.Phase = WritePhase.Ended;
        }
        else if (services.Time.GetUtcNow() > job.ClosedAt + services.Options.JobTimeout)
        {
            await services.Jobs.AbortAsync(payload, BulkJobs.Ingest, job.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task SaveAsync(CancellationToken cancellationToken) =>
        saved.SaveAsync(progress.ToJson(), progress.ToShown(), progress.MayHaveWritten, cancellationToken);
}
