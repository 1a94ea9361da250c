using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;

namespace SalesforceSimulator.Endpoints;

/// <summary>A record of a reply, with the related records that are nested in it.</summary>
internal sealed record Row(
    Record Record,
    IReadOnlyDictionary<ParentColumn, Row?> Parents,
    IReadOnlyDictionary<ChildColumn, Page?> Children)
{
    private static readonly Dictionary<ParentColumn, Row?> NoParents = [];
    private static readonly Dictionary<ChildColumn, Page?> NoChildren = [];

    /// <summary>Captures the current state of a record and of the related records in its columns, to be written later.</summary>
    public static Row Take(Store store, Record record, IReadOnlyList<Column> columns)
    {
        Dictionary<ParentColumn, Row?>? parents = null;
        foreach (var column in columns.OfType<ParentColumn>())
        {
            parents ??= [];
            parents[column] = store.Follow(record, column.Reference) is { } parent ? Take(store, parent, column.Columns) : null;
        }

        return new Row(record, parents ?? NoParents, NoChildren);
    }
}

/// <summary>One page of a query result.</summary>
internal sealed record Page(int TotalSize, string? NextRecordsUrl, IReadOnlyList<Row> Rows, IReadOnlyList<Column> Columns)
{
    /// <summary>The number of records in the page, including those of subqueries.</summary>
    public int RowsInAll => Rows.Sum(row => 1 + row.Children.Values.Sum(page => page?.RowsInAll ?? 0));
}

/// <summary>The result of a query: the indexes of its records, and for each subquery the indexes of the children by parent.</summary>
internal sealed record ResultSet(RecordQuery Query, int[] Ordinals, IReadOnlyDictionary<ChildColumn, IReadOnlyDictionary<string, int[]>> Children)
{
    public static ResultSet Run(RecordQuery query) => new(query, query.Run(), RunChildren(query));

    private static Dictionary<ChildColumn, IReadOnlyDictionary<string, int[]>> RunChildren(RecordQuery query) =>
        query.Children.ToDictionary(child => child, child => child.Query.RunBy(child.Reference));

    /// <summary>Captures the records from <paramref name="offset"/> on, as many as fit. Children count too.</summary>
    public Page Take(ApiCall call, int batchSize, int offset, Cursor? cursor = null)
    {
        var openBefore = call.Org.Cursors.Count;
        List<Row> rows = [];
        var taken = 0;
        var at = offset;
        while (at < Ordinals.Length && taken < batchSize)
        {
            var row = Row.Take(call.Store, Query.Record(Ordinals[at]), Query.Columns);
            if (Children.Count > 0)
            {
                row = row with { Children = TakeChildren(call, batchSize, row.Record) };
                taken += row.Children.Values.Sum(page => page?.RowsInAll ?? 0);
            }

            rows.Add(row);
            taken++;
            at++;
        }

        string? next = null;
        if (at < Ordinals.Length)
        {
            var openedByChildren = call.Org.Cursors.Since(openBefore);
            cursor ??= call.Org.Cursors.Open(call.Session, this, batchSize);
            cursor.Children = openedByChildren;
            next = $"{call.VersionPath}/query/{cursor.Id}-{at}";
        }

        return new Page(Ordinals.Length, next, rows, Query.Columns);
    }

    private Dictionary<ChildColumn, Page?> TakeChildren(ApiCall call, int batchSize, Record parent)
    {
        Dictionary<ChildColumn, Page?> pages = [];
        foreach (var (column, byParent) in Children)
        {
            pages[column] = byParent.GetValueOrDefault(parent.Id) is { Length: > 0 } ordinals
                ? new ResultSet(column.Query, ordinals, RunChildren(column.Query)).Take(call, batchSize, offset: 0)
                : null;
        }

        return pages;
    }
}

/// <summary>A query result that is read page by page, in the session that ran the query.</summary>
internal sealed record Cursor(string Id, Session Session, ResultSet Results, int BatchSize)
{
    /// <summary>The cursors of children in the last page, which end when the next page is requested.</summary>
    public IReadOnlyList<string> Children { get; set; } = [];
}

/// <summary>The open query results.</summary>
internal sealed class Cursors
{
    private readonly Dictionary<string, Cursor> _cursors = [];

    private readonly List<string> _opened = [];

    /// <summary>The number of cursors that were opened.</summary>
    public int Count => _opened.Count;

    public Cursor Open(Session session, ResultSet results, int batchSize)
    {
        var cursor = new Cursor(RecordIds.Create("01g", _opened.Count), session, results, batchSize);
        _cursors.Add(cursor.Id, cursor);
        _opened.Add(cursor.Id);
        return cursor;
    }

    /// <summary>The cursors that were opened after the first <paramref name="count"/>.</summary>
    public IReadOnlyList<string> Since(int count) => _opened[count..];

    public void Close(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            _cursors.Remove(id);
        }
    }

    public Cursor? Find(string id) => _cursors.GetValueOrDefault(id);
}
