using SalesforceSimulator.Data;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>An operand bound to the schema: the field type of its values, and how to read them from a row.</summary>
internal sealed record BoundOperand<TRow>(Field Field, Func<TRow, object?> Read);

/// <summary>Compiles the conditions of WHERE and HAVING to predicates on a row.</summary>
internal sealed class Conditions<TRow>(QueryContext context, Func<Operand, BoundOperand<TRow>> bind)
{
    private readonly FieldTests _tests = new(context);

    public Func<TRow, bool> Compile(Condition condition)
    {
        switch (condition)
        {
            case AllOf { Conditions: var all }:
                var everyTest = all.Select(Compile).ToArray();
                return row => Array.TrueForAll(everyTest, test => test(row));
            case AnyOf { Conditions: var any }:
                var anyTest = any.Select(Compile).ToArray();
                return row => Array.Exists(anyTest, test => test(row));
            case Negation { Condition: var inner }:
                var negated = Compile(inner);
                return row => !negated(row);
            case Comparison comparison:
                var compared = bind(comparison.Operand);
                return Test(compared, _tests.Comparison(compared.Field, comparison.Comparator, comparison.Literal));
            case Membership membership:
                var member = bind(membership.Operand);
                return Test(member, _tests.Membership(member.Field, membership.Negated, membership.Literals));
            case SemiJoin join:
                return Compile(join);
            default:
                throw new ArgumentException($"{condition.GetType().Name} is no condition.", nameof(condition));
        }
    }

    private static Func<TRow, bool> Test(BoundOperand<TRow> operand, Func<object?, bool> test) => row => test(operand.Read(row));

    private Func<TRow, bool> Compile(SemiJoin join)
    {
        var operand = bind(join.Operand);
        if (!operand.Field.IsId || join.Query.Items is not [SelectOperand { Operand: FieldOperand selected }])
        {
            throw SoqlSource.Unsupported("a subquery after IN that does not compare one id with one id");
        }

        var query = RecordQuery.Bind(context, join.Query);
        var field = query.Binder.Bind(selected.Path);
        var ids = query.Run()
            .Select(ordinal => field.Read(context.Store, context.Record(query.Type, ordinal)))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return row => operand.Read(row) is string id ? ids.Contains(id) != join.Negated : join.Negated;
    }
}
