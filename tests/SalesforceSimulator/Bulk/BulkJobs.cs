using SalesforceSimulator.Data;
using SalesforceSimulator.Events;

namespace SalesforceSimulator.Bulk;

/// <summary>The org's jobs, and what moves them on. Hold the org's gate to use them.</summary>
internal sealed class BulkJobs(Org org, BulkSettings settings)
{
    /// <summary>The rows that are processed at once, as a trigger gets them.</summary>
    private const int RowsAtOnce = 200;

    private static readonly TimeSpan Lifespan = TimeSpan.FromDays(7);

    private readonly Dictionary<string, BulkJob> _jobs = [];
    private readonly List<BulkJob> _active = [];
    private int _created;
    private bool _discarded;

    public BulkSettings Settings { get; private set; } = RequireValid(settings);

    /// <summary>The jobs, the newest first.</summary>
    public IEnumerable<BulkJob> All => _jobs.Values.Reverse();

    /// <summary>The batches of ingest jobs that were used.</summary>
    public int Batches { get; private set; }

    /// <summary>The query jobs that were created.</summary>
    public int QueryJobs { get; private set; }

    /// <summary>The bytes of the query jobs' results.</summary>
    public long QueryBytes { get; set; }

    public int QueryStorageMb => (int)Math.Min(Settings.DailyQueryStorageMb, QueryBytes >> 20);

    /// <exception cref="ArgumentException">The settings are invalid.</exception>
    public void Set(BulkSettings changed)
    {
        RequireValid(changed);
        Advance();
        Settings = changed;
    }

    public string NextId() => RecordIds.Create("750", _created++);

    public BulkJob? Find(string id) => RecordIds.Normalize(id) is { } normal ? _jobs.GetValueOrDefault(normal) : null;

    public void Add(BulkJob job)
    {
        _jobs.Add(job.Id, job);
        _active.Add(job);
        QueryJobs += job is QueryJob ? 1 : 0;
    }

    public void Remove(BulkJob job)
    {
        _jobs.Remove(job.Id);
        _active.Remove(job);
        if (!job.HasEnded)
        {
            job.Abort();
        }
    }

    public bool TryTakeBatch()
    {
        if (Batches >= Settings.DailyBatches)
        {
            return false;
        }

        Batches++;
        return true;
    }

    /// <summary>Stops the work on all jobs.</summary>
    public void Discard() => _discarded = true;

    /// <summary>Moves every job on to where the org's clock says it is. A large one can take longer than that.</summary>
    public void Advance()
    {
        foreach (var job in _active)
        {
            if (job.Crash is { } crash)
            {
                throw new InvalidOperationException($"The work on the job {job.Id} failed.", crash);
            }

            Advance(job);
        }

        _active.RemoveAll(job => job.HasEnded);
        RemoveOld();
    }

    private void Advance(BulkJob job)
    {
        var now = org.Time.GetUtcNow();
        if (job.State == JobState.UploadComplete)
        {
            if (Settings.HoldInQueue)
            {
                job.Queued = now;
                return;
            }

            var start = job.Queued + TimeSpan.FromMilliseconds(Settings.QueueMs);
            if (now >= start)
            {
                job.Start(start);
            }
        }

        if (job.State != JobState.InProgress || job.IsWorkedOn)
        {
            return;
        }

        if (job.IsLarge)
        {
            job.IsWorkedOn = true;
            _ = Task.Run(() => WorkBesideRequests(job));
            return;
        }

        Guard(job, () =>
        {
            if (!job.IsPrepared)
            {
                job.Prepare();
            }

            while (Step(job))
            {
            }
        });
    }

    private static BulkSettings RequireValid(BulkSettings settings) =>
        settings.Problem is { } problem ? throw new ArgumentException(problem, nameof(settings)) : settings;

    private void RemoveOld()
    {
        foreach (var job in _jobs.Values.Where(job => job.HasEnded && org.Time.GetUtcNow() - job.Created > Lifespan).ToList())
        {
            Remove(job);
        }
    }

    private void WorkBesideRequests(BulkJob job)
    {
        try
        {
            JobFailedException? failure = null;
            try
            {
                if (!job.IsPrepared)
                {
                    job.Prepare();
                }
            }
            catch (JobFailedException exception)
            {
                failure = exception;
            }

            var isOn = true;
            while (isOn)
            {
                lock (org.Gate)
                {
                    isOn = false;
                    if (!_discarded && !job.HasEnded)
                    {
                        Guard(job, () => isOn = failure is null ? Step(job) : throw failure);
                        org.Store.Commit();
                    }

                    job.IsWorkedOn = isOn;
                }
            }
        }
        catch (Exception exception)
        {
            job.Crash = exception;
        }
    }

    private static void Guard(BulkJob job, Action work)
    {
        try
        {
            work();
        }
        catch (JobFailedException failure)
        {
            job.Fail(failure.Message);
        }
    }

    /// <summary>Processes some of the rows that are due, and ends the job when it is.</summary>
    /// <returns>Whether there are more that are due.</returns>
    private bool Step(BulkJob job)
    {
        var due = Due(job);
        if (job.Processed < due)
        {
            job.Process(Math.Min(due, job.Processed + RowsAtOnce));

            // That the client is the one of the job's creation is an assumption.
            org.Store.Commit(ChangeOrigin.Of("bulkapi", job.Call.Version, job.Call.Headers));
            return true;
        }

        if (Settings.FailAfterRows is { } failing && job.Processed >= Math.Min(failing, job.Total))
        {
            throw new JobFailedException(Settings.FailureMessage);
        }

        if (Settings.HoldAfterRows is null && job.Processed == job.Total && Elapsed(job) >= Settings.ProcessingMs)
        {
            job.Complete();
        }

        return false;
    }

    private int Due(BulkJob job)
    {
        var share = Settings.ProcessingMs == 0 ? 1 : Math.Min(1, Elapsed(job) / Settings.ProcessingMs);
        var stop = Math.Min(Settings.HoldAfterRows ?? int.MaxValue, Settings.FailAfterRows ?? int.MaxValue);
        return Math.Min(stop, (int)(job.Total * share));
    }

    private double Elapsed(BulkJob job) => (org.Time.GetUtcNow() - job.Started).TotalMilliseconds;
}
