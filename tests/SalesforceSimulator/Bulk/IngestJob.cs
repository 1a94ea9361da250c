using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Bulk;

/// <summary>A job that writes records from CSV.</summary>
internal sealed class IngestJob(ApiCall call, string id, string operation, ObjectType type, CsvFormat format, Field? externalId, string? assignmentRuleId)
    : BulkJob(call, id, operation, type, format)
{
    private const int RowsPerBatch = 10_000;
    private const int SmallBytes = 1 << 20;

    private readonly TemporaryFile _successful = new();
    private readonly TemporaryFile _failed = new();
    private RowColumns? _columns;
    private RowWriter? _writer;
    private IEnumerator<string[]>? _rows;
    private bool _exceeded;

    public override string JobType => "V2Ingest";

    public override bool IsLarge => Content?.Length > SmallBytes;

    /// <summary>What was uploaded.</summary>
    public TemporaryFile? Content { get; set; }

    /// <summary>The rows that are written, with their ids.</summary>
    /// <remarks>Salesforce promises no order: within what is processed at once, these come last first.</remarks>
    public FilePart Successful => Results(_successful, ["sf__Id", "sf__Created"]);

    /// <summary>The rows that are refused, with their errors.</summary>
    public FilePart Refused => Results(_failed, ["sf__Id", "sf__Error"]);

    /// <summary>The rows that are not processed. Those beyond the daily batches are nowhere.</summary>
    public FilePart Unprocessed
    {
        get
        {
            var rest = new TemporaryFile();
            if (Content is not null)
            {
                foreach (var row in ReadRest())
                {
                    rest.Append(Format.LineBytes(row));
                }
            }

            return new FilePart(rest);
        }
    }

    public override void Process(int upTo)
    {
        _rows ??= Format.Rows(Content!).Skip(1).GetEnumerator();
        _writer ??= new RowWriter(Call, Operation, Type, externalId, _columns!);
        var rows = new List<string[]>();
        while (Processed + rows.Count < upTo && !_exceeded && _rows.MoveNext())
        {
            _exceeded = (Processed + rows.Count) % RowsPerBatch == 0 && !Call.Org.Bulk.TryTakeBatch();
            if (!_exceeded)
            {
                rows.Add(_rows.Current);
            }
        }

        var written = new List<string>();
        var refused = new List<string>();
        var repeated = FindRepeatedKeys(rows);
        foreach (var row in rows)
        {
            Write(row, repeated, written, refused);
        }

        Processed += rows.Count;
        Append(_successful, written);
        Append(_failed, refused);
        if (_exceeded)
        {
            // The message is an assumption.
            throw new JobFailedException("ExceededQuota : ApiBatchItems Limit exceeded.");
        }
    }

    protected override void Count()
    {
        Format.CheckLineEndings(Content!);
        var rows = 0;
        foreach (var row in Format.Rows(Content!))
        {
            if (_columns is null)
            {
                _columns = RowColumns.Bind(Call.Store.Schema, Type, Operation, row);
            }
            else
            {
                rows++;
            }
        }

        // The message is an assumption.
        Total = _columns is null ? throw new JobFailedException("InvalidBatch : Failed to parse CSV. There is no header") : rows;
    }

    protected override void Close()
    {
        _rows?.Dispose();
        _rows = null;
    }

    protected override void WriteMore(Utf8JsonWriter writer, bool counts)
    {
        writer.WriteString("contentUrl", $"{Call.VersionPath[1..]}/jobs/ingest/{Id}/batches");
        if (externalId is not null)
        {
            writer.WriteString("externalIdFieldName", externalId.Name);
        }

        if (assignmentRuleId is not null)
        {
            writer.WriteString("assignmentRuleId", assignmentRuleId);
        }

        if (counts)
        {
            writer.WriteNumber("numberRecordsFailed", Failed);
        }
    }

    // Of rows that are processed at once, those with the same key are all refused.
    private HashSet<string> FindRepeatedKeys(List<string[]> rows) => externalId is null
        ? []
        : rows.Select(row => _writer!.Text(row, externalId))
            .Where(key => key.Length > 0)
            .GroupBy(key => key, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private void Write(string[] row, HashSet<string> repeated, List<string> written, List<string> refused)
    {
        var mark = Call.Store.Mark;
        try
        {
            if (externalId is not null && _writer!.Text(row, externalId) is var key && repeated.Contains(key))
            {
                throw BulkErrors.RepeatedKey(externalId, key);
            }

            var (id, created) = _writer!.Write(row);
            written.Add(Format.Line([id, created ? "true" : "false", .. row]));
        }
        catch (ApiException exception)
        {
            Call.Store.RollBackTo(mark);
            Failed++;
            refused.Add(Format.Line([Operation == "insert" ? "" : _writer!.Text(row, Type["Id"]), BulkErrors.RowError(exception), .. row]));
        }
    }

    private static void Append(TemporaryFile file, List<string> lines)
    {
        lines.Reverse();
        file.Append(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
    }

    private FilePart Results(TemporaryFile rows, IEnumerable<string> own) =>
        new(Format.LineBytes([.. own, .. _columns?.Names ?? []]), rows, 0, rows.Length);

    // Of a file that is not valid, only what can be read.
    private IEnumerable<string[]> ReadRest()
    {
        using var rows = Format.Rows(Content!).GetEnumerator();
        for (var i = 0; Next(rows); i++)
        {
            if (i == 0 || (i > Processed && !_exceeded))
            {
                yield return rows.Current;
            }
        }
    }

    private static bool Next(IEnumerator<string[]> rows)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (JobFailedException)
        {
            return false;
        }
    }
}
