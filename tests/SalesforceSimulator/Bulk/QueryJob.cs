using System.Buffers;
using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Bulk;

/// <summary>A column of a query's results, with its name as the query has it.</summary>
internal sealed record ResultColumn(string Name, BoundField Field);

/// <summary>A job that reads records into CSV.</summary>
internal sealed class QueryJob(ApiCall call, string id, string operation, CsvFormat format, QueryContext context, SoqlQuery query)
    : BulkJob(call, id, operation, RecordQuery.FindType(context, query), format)
{
    private const int SmallRows = 2_000;

    private readonly RecordQuery _query = RecordQuery.Bind(context, query);
    private readonly ResultColumn[] _columns = BindColumns(context, query);
    private readonly TemporaryFile _rows = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly List<long> _starts = [];
    private Record[] _records = [];

    public override string JobType => "V2Query";

    public override bool IsLarge => Total > SmallRows;

    /// <summary>Some of the results, after the header.</summary>
    public FilePart Page(int from, int count)
    {
        var start = from == Processed ? _rows.Length : _starts[from];
        var end = from + count == Processed ? _rows.Length : _starts[from + count];
        return new FilePart(Format.LineBytes(_columns.Select(column => column.Name)), _rows, start, end - start);
    }

    /// <summary>Runs the query. Its results are the records as they are now.</summary>
    public void Run()
    {
        _records = [.. _query.Run().Select(_query.Record)];
        Total = _records.Length;
    }

    public override void Process(int upTo)
    {
        for (; Processed < upTo; Processed++)
        {
            var record = _records[Processed];
            _starts.Add(_rows.Length + _buffer.WrittenCount);
            _buffer.Write(Format.LineBytes(_columns.Select(column => Text(column.Field, column.Field.Read(Call.Store, record)))));
        }

        _rows.Append(_buffer.WrittenSpan);
        Call.Org.Bulk.QueryBytes += _buffer.WrittenCount;
        _buffer.ResetWrittenCount();
    }

    protected override void Count()
    {
        // Counted when it was run.
    }

    protected override void Close() => _records = [];

    protected override void WriteMore(Utf8JsonWriter writer, bool counts)
    {
        if (counts)
        {
            writer.WriteBoolean("isPkChunkingSupported", true);
        }
    }

    // Times have another form than in JSON.
    private static string Text(BoundField field, object? value) => value switch
    {
        null => "",
        true => "true",
        false => "false",
        JsonNumber number => number.Raw,
        string time when field.Field.Type == FieldType.DateTime => time.Replace("+0000", "Z", StringComparison.Ordinal),
        _ => (string)value,
    };

    private static ResultColumn[] BindColumns(QueryContext context, SoqlQuery query)
    {
        var binder = new FieldBinder(context, RecordQuery.FindType(context, query), query.Alias);
        return [.. query.Items.OfType<SelectOperand>().Select(item => new ResultColumn(((FieldOperand)item.Operand).Path.ToString(), binder.Bind(item.Operand)))];
    }
}
