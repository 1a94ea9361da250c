using SalesforceSimulator.Data;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>Compares rows by the values that they are ordered by.</summary>
internal sealed class RowOrder(IReadOnlyList<Ordering> orderings) : IComparer<object?[]>
{
    public int Compare(object?[]? left, object?[]? right)
    {
        for (var i = 0; i < orderings.Count; i++)
        {
            if (Compare(left![i], right![i], orderings[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return 0;
    }

    private static int Compare(object? left, object? right, Ordering ordering) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => ordering.NullsLast ? 1 : -1,
        (_, null) => ordering.NullsLast ? -1 : 1,
        _ => ordering.Descending ? Values.Compare(right, left) : Values.Compare(left, right),
    };
}
