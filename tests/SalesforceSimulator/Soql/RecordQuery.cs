using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>A query that returns records, bound to the schema.</summary>
internal sealed class RecordQuery
{
    private const int HighestOffset = 2000;
    private const int MostWithFields = 200;

    private readonly QueryContext _context;
    private readonly SoqlQuery _query;
    private readonly Func<Record, bool>? _filter;
    private readonly BoundField[] _order;

    private RecordQuery(QueryContext context, SoqlQuery query, ObjectType type)
    {
        _context = context;
        _query = query;
        Type = type;
        Binder = new FieldBinder(context, type, query.Alias);
        Columns = BindColumns();
        _filter = query.Where is { } where ? new Conditions<Record>(context, Binder.BindOperand).Compile(where) : null;
        _order = [.. query.OrderBy.Select(ordering => Binder.Bind(ordering.Operand))];
        if (query.Offset > HighestOffset)
        {
            throw new ApiException(400, new ApiError("NUMBER_OUTSIDE_VALID_RANGE", $"Maximum SOQL offset allowed is {HighestOffset}"));
        }
    }

    private RecordQuery(QueryContext context, ChildRelationship relationship, string parentId, List<Column> columns)
        : this(context, new SoqlQuery([], new Name(relationship.Child.Name, 0), null, null, [], null, [], null, null), relationship.Child)
    {
        Columns = columns;
        _filter = record => record[relationship.Field] as string == parentId;
    }

    public ObjectType Type { get; }

    public FieldBinder Binder { get; }

    public List<Column> Columns { get; }

    public IEnumerable<ChildColumn> Children => Columns.OfType<ChildColumn>();

    /// <summary>Binds a query.</summary>
    /// <exception cref="ApiException">INVALID_TYPE, or an error in another part of the query.</exception>
    public static RecordQuery Bind(QueryContext context, SoqlQuery query) => new(context, query, FindType(context, query));

    /// <summary>The records that reference one record, with given columns.</summary>
    public static RecordQuery ChildrenOf(QueryContext context, ChildRelationship relationship, string parentId, List<Column> columns) =>
        new(context, relationship, parentId, columns);

    public static ObjectType FindType(QueryContext context, SoqlQuery query) => context.Store.Schema.Find(query.From.Text)
        ?? throw context.Source.Error("INVALID_TYPE", query.From.At, Errors.UnknownObject(query.From.Text));

    /// <summary>The indexes of the records found, in order.</summary>
    public int[] Run() => Slice(Find());

    /// <summary>The indexes of the records found, by the record that they reference. Limit and offset apply to each group.</summary>
    public IReadOnlyDictionary<string, int[]> RunBy(Field reference) => Find()
        .GroupBy(ordinal => _context.Record(Type, ordinal)[reference] as string ?? "")
        .ToDictionary(group => group.Key, group => Slice([.. group]));

    public Record Record(int ordinal) => _context.Record(Type, ordinal);

    private int[] Find()
    {
        var found = _context.Ordinals(Type).Where(ordinal => _filter is null || _filter(Record(ordinal)));
        if (_order.Length > 0)
        {
            // A stable sort: equal rows stay in table order.
            found = found.OrderBy(
                ordinal => Array.ConvertAll(_order, field => field.Read(_context.Store, Record(ordinal))),
                new RowOrder(_query.OrderBy));
        }

        return [.. found];
    }

    private int[] Slice(int[] found)
    {
        var start = Math.Min(_query.Offset ?? 0, found.Length);
        return found[start..(start + Math.Min(_query.Limit ?? int.MaxValue, found.Length - start))];
    }

    private List<Column> BindColumns()
    {
        List<Column> columns = [];
        foreach (var item in _query.Items)
        {
            switch (item)
            {
                case SelectChildren { Query: var query }:
                    columns.Add(BindChildren(query));
                    break;
                case SelectOperand { Operand: FunctionOperand { Function: var function } operand } when function.Text.Equals("FIELDS", StringComparison.OrdinalIgnoreCase):
                    foreach (var field in FieldsOf(operand))
                    {
                        Soql.Columns.Add(columns, new BoundField([], field));
                    }

                    break;
                // Some functions that are not aggregates can have an alias.
                case SelectOperand { Operand: FunctionOperand { Function: var function }, Alias: not null }:
                    throw SoqlSource.Unsupported($"the function {function.Text}");
                case SelectOperand { Alias: { } alias }:
                    throw _context.Source.Malformed(alias.At, "only aggregate expressions use field aliasing");
                case SelectOperand { Operand: var operand }:
                    Soql.Columns.Add(columns, Binder.Bind(operand));
                    break;
            }
        }

        return columns;
    }

    private ChildColumn BindChildren(SoqlQuery query)
    {
        var relationship = Type.FindChild(query.From.Text)
            ?? throw _context.Source.Error("INVALID_TYPE", query.From.At, Errors.UnknownRelationship(query.From.Text, "FROM part of query call"));
        return new ChildColumn(relationship.Field, new RecordQuery(_context, query, relationship.Child));
    }

    private IEnumerable<Field> FieldsOf(FunctionOperand operand)
    {
        if (_query.Limit is null or > MostWithFields)
        {
            throw _context.Source.Malformed(operand.At, $"The SOQL FIELDS function must have a LIMIT of at most {MostWithFields}");
        }

        return operand.Argument?.ToString().ToUpperInvariant() switch
        {
            "ALL" => Type.Fields,
            "STANDARD" => Type.Fields.Where(field => !field.IsCustom),
            "CUSTOM" => Type.Fields.Where(field => field.IsCustom),
            _ => throw _context.Source.Malformed(operand.At, "FIELDS takes one of ALL, STANDARD and CUSTOM"),
        };
    }
}
