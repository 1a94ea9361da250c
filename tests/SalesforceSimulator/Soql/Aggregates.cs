using SalesforceSimulator.Data;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <param name="NeedsNumbers">Whether it supports only numeric fields.</param>
/// <param name="KeepsType">Whether the result has the field's own type.</param>
/// <param name="Compute">Computes the result from the values that are not null.</param>
internal sealed record Aggregate(bool NeedsNumbers, bool KeepsType, Func<Field, IEnumerable<object>, object?> Compute);

internal static class Aggregates
{
    /// <summary>The field type with which a count, a sum or an average is compared.</summary>
    public static readonly Field Number = new("expr", FieldType.Double);

    private static readonly Dictionary<string, Aggregate> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["COUNT"] = new(false, false, (_, values) => JsonNumber.From(values.Count())),
        ["COUNT_DISTINCT"] = new(false, false, (field, values) => JsonNumber.From(values.Select(value => FieldTests.Key(field, value)).Distinct().Count())),
        ["SUM"] = new(true, false, (_, values) => Numbers(values) is { Count: > 0 } numbers ? JsonNumber.From(numbers.Sum()) : null),
        ["AVG"] = new(true, false, (_, values) => Numbers(values) is { Count: > 0 } numbers ? JsonNumber.From(numbers.Average()) : null),
        ["MIN"] = new(false, true, (_, values) => values.Aggregate((object?)null, (least, value) => least is null || Values.Compare(value, least) < 0 ? value : least)),
        ["MAX"] = new(false, true, (_, values) => values.Aggregate((object?)null, (most, value) => most is null || Values.Compare(value, most) > 0 ? value : most)),
    };

    public static Aggregate? Find(FunctionOperand function) => ByName.GetValueOrDefault(function.Function.Text);

    private static List<decimal> Numbers(IEnumerable<object> values) => [.. values.Cast<JsonNumber>().Select(number => number.Value)];
}
