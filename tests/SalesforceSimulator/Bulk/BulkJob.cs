using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

internal enum JobState
{
    Open,
    UploadComplete,
    InProgress,
    JobComplete,
    Failed,
    Aborted,
}

/// <summary>A job of Bulk API 2.0. Hold the org's gate to read or change it.</summary>
/// <param name="call">The call that created it.</param>
internal abstract class BulkJob(ApiCall call, string id, string operation, ObjectType type, CsvFormat format)
{
    private DateTimeOffset _changed = call.Org.Time.GetUtcNow();

    public string Id { get; } = id;

    public ApiCall Call { get; } = call;

    public string Operation { get; } = operation;

    public ObjectType Type { get; } = type;

    public CsvFormat Format { get; } = format;

    public abstract string JobType { get; }

    public JobState State { get; private set; }

    public DateTimeOffset Created { get; } = call.Org.Time.GetUtcNow();

    /// <summary>When the job was ready to be processed, or was last held back from it.</summary>
    public DateTimeOffset Queued { get; set; }

    public DateTimeOffset Started { get; private set; }

    public int Processed { get; protected set; }

    public int Failed { get; protected set; }

    /// <summary>The number of rows, known once the job is prepared.</summary>
    public int Total { get; protected set; }

    public bool IsPrepared { get; private set; }

    public string? ErrorMessage { get; private set; }

    public bool HasEnded => State is JobState.JobComplete or JobState.Failed or JobState.Aborted;

    /// <summary>Whether the job's work is done beside the requests, because it takes long.</summary>
    public abstract bool IsLarge { get; }

    /// <summary>Whether that work is going on.</summary>
    public bool IsWorkedOn { get; set; }

    /// <summary>What ended that work before it was done: a fault of the simulator's own.</summary>
    public Exception? Crash { get; set; }

    public void Queue()
    {
        Queued = Call.Org.Time.GetUtcNow();
        Change(JobState.UploadComplete);
    }

    public void Start(DateTimeOffset at)
    {
        Started = at;
        Change(JobState.InProgress);
    }

    /// <summary>Looks at the whole job and counts its rows. Needs no gate.</summary>
    /// <exception cref="JobFailedException">The job fails before its first row.</exception>
    public void Prepare()
    {
        Count();
        IsPrepared = true;
    }

    /// <summary>Processes rows in order, up to a count.</summary>
    /// <exception cref="JobFailedException">The job fails. The rows that were processed stay so.</exception>
    public abstract void Process(int upTo);

    public void Complete() => End(JobState.JobComplete);

    public void Abort() => End(JobState.Aborted);

    public void Fail(string errorMessage)
    {
        ErrorMessage = errorMessage;
        End(JobState.Failed);
    }

    /// <param name="counts">Whether to write what a GET of the job adds.</param>
    public void Write(Utf8JsonWriter writer, bool counts)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("operation", Operation);
        writer.WriteString("object", Type.Name);
        writer.WriteString("createdById", Org.UserId);
        writer.WriteString("createdDate", SalesforceTime.Format(Created));
        writer.WriteString("systemModstamp", SalesforceTime.Format(_changed));
        writer.WriteString("state", State.ToString());
        writer.WriteString("concurrencyMode", "Parallel");
        writer.WriteString("contentType", "CSV");
        writer.WritePropertyName("apiVersion");
        writer.WriteRawValue(Call.Version[1..]);
        writer.WriteString("lineEnding", Format.LineEnding);
        writer.WriteString("columnDelimiter", Format.ColumnDelimiter);
        WriteMore(writer, counts);
        if (counts)
        {
            WriteCounts(writer);
        }

        writer.WriteEndObject();
    }

    protected abstract void Count();

    protected virtual void Close()
    {
    }

    protected abstract void WriteMore(Utf8JsonWriter writer, bool counts);

    private void WriteCounts(Utf8JsonWriter writer)
    {
        var milliseconds = (long)(State switch
        {
            JobState.InProgress => Call.Org.Time.GetUtcNow() - Started,
            _ when HasEnded && Started != default => _changed - Started,
            _ => TimeSpan.Zero,
        }).TotalMilliseconds;
        writer.WriteString("jobType", JobType);
        writer.WriteNumber("numberRecordsProcessed", Processed);
        writer.WriteNumber("retries", 0);
        writer.WriteNumber("totalProcessingTime", milliseconds);
        writer.WriteNumber("apiActiveProcessingTime", milliseconds);
        writer.WriteNumber("apexProcessingTime", 0);
        if (ErrorMessage is not null)
        {
            writer.WriteString("errorMessage", ErrorMessage);
        }
    }

    private void End(JobState state)
    {
        Change(state);
        Close();
    }

    private void Change(JobState state)
    {
        State = state;
        _changed = Call.Org.Time.GetUtcNow();
    }
}
