using SalesforceSimulator.Data;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>A query that returns aggregates, bound to the schema.</summary>
internal sealed class AggregateQuery
{
    private readonly QueryContext _context;
    private readonly SoqlQuery _query;
    private readonly ObjectType _type;
    private readonly FieldBinder _binder;
    private readonly Dictionary<string, Operand> _aliases = new(StringComparer.OrdinalIgnoreCase);

    private AggregateQuery(QueryContext context, SoqlQuery query)
    {
        _context = context;
        _query = query;
        _type = RecordQuery.FindType(context, query);
        _binder = new FieldBinder(context, _type, query.Alias);
    }

    /// <summary>Whether a query returns aggregates instead of records.</summary>
    public static bool Is(SoqlQuery query) => query.GroupBy.Count > 0
        || query.Items.Any(item => item is SelectOperand { Operand: FunctionOperand function } && Aggregates.Find(function) is not null);

    /// <summary>Whether a query is a plain <c>SELECT COUNT()</c>, which returns only the total.</summary>
    public static bool IsCount(SoqlQuery query) =>
        query.GroupBy.Count == 0 && query.Items is [SelectOperand { Operand: FunctionOperand { Argument: null } function }]
        && function.Function.Text.Equals("COUNT", StringComparison.OrdinalIgnoreCase);

    /// <summary>The rows, each with names and values in the selected order.</summary>
    public static IReadOnlyList<IReadOnlyList<(string Name, object? Value)>> Run(QueryContext context, SoqlQuery query) =>
        new AggregateQuery(context, query).Run();

    private IReadOnlyList<IReadOnlyList<(string Name, object? Value)>> Run()
    {
        var columns = BindColumns();
        var orderings = _query.OrderBy.Select(ordering => BindOperand(ordering.Operand)).ToArray();
        var having = _query.Having is { } condition ? new Conditions<Group>(_context, BindOperand).Compile(condition) : _ => true;
        var groups = FindGroups()
            .Where(having)
            .OrderBy(group => Array.ConvertAll(orderings, ordering => ordering.Read(group)), new RowOrder(_query.OrderBy));
        return [.. groups.Skip(_query.Offset ?? 0).Take(_query.Limit ?? int.MaxValue)
            .Select(group => columns.Select(column => (column.Name, column.Operand.Read(group))).ToArray())];
    }

    private List<Group> FindGroups()
    {
        var filter = _query.Where is { } where ? new Conditions<Record>(_context, _binder.BindOperand).Compile(where) : _ => true;
        var keys = _query.GroupBy.Select(_binder.Bind).ToArray();
        var records = _context.Ordinals(_type).Select(ordinal => _context.Record(_type, ordinal)).Where(filter);
        if (keys.Length == 0)
        {
            return [new Group([.. records])];
        }

        return [.. records
            .GroupBy(record => string.Join('\n', keys.Select(key => key.Read(_context.Store, record) is { } value ? $"={FieldTests.Key(key.Field, value)}" : "")))
            .Select(group => new Group([.. group]))];
    }

    private List<(string Name, BoundOperand<Group> Operand)> BindColumns()
    {
        List<(string Name, BoundOperand<Group> Operand)> columns = [];
        var unnamed = 0;
        foreach (var item in _query.Items)
        {
            if (item is not SelectOperand { Operand: var operand, Alias: var alias })
            {
                throw _context.Source.Malformed(_query.From.At, "only root queries support aggregate expressions");
            }

            var bound = BindOperand(operand);
            columns.Add((alias?.Text ?? (operand is FieldOperand ? bound.Field.Name : $"expr{unnamed++}"), bound));
            if (alias is not null)
            {
                _aliases[alias.Text] = operand;
            }
        }

        return columns;
    }

    private BoundOperand<Group> BindOperand(Operand operand)
    {
        switch (operand)
        {
            case FieldOperand { Path: { Parts: [var name] } } when _aliases.TryGetValue(name.Text, out var aliased):
                return BindOperand(aliased);
            case FieldOperand { Path: var path }:
                var field = _binder.Bind(path);
                if (!_query.GroupBy.Any(group => group.ToString().Equals(path.ToString(), StringComparison.OrdinalIgnoreCase)))
                {
                    throw _context.Source.Malformed(path.At, $"Field must be grouped or aggregated: {path}");
                }

                return new BoundOperand<Group>(field.Field, group => field.Read(_context.Store, group.Records[0]));
            case FunctionOperand function:
                var aggregate = Aggregates.Find(function)
                    ?? throw SoqlSource.Unsupported($"the function {function.Function.Text}");
                return BindAggregate(function, aggregate);
            default:
                throw new ArgumentException($"{operand.GetType().Name} is no operand.", nameof(operand));
        }
    }

    private BoundOperand<Group> BindAggregate(FunctionOperand function, Aggregate aggregate)
    {
        if (function.Argument is null)
        {
            throw _context.Source.Malformed(function.At, $"{function.Function.Text} needs a field here");
        }

        var field = _binder.Bind(function.Argument);
        if (aggregate.NeedsNumbers && !field.Field.IsNumber)
        {
            throw _context.Source.Malformed(function.At, $"field {function.Argument} does not support aggregate operator {function.Function.Text}");
        }

        return new BoundOperand<Group>(
            aggregate.KeepsType ? field.Field : Aggregates.Number,
            group => aggregate.Compute(field.Field, group.Records.Select(record => field.Read(_context.Store, record)).OfType<object>()));
    }

    private sealed record Group(IReadOnlyList<Record> Records);
}
