using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>Compiles a comparison of a field with literals to a predicate on the field's value.</summary>
/// <remarks>SOQL has no third truth value: nothing is less than null, and every other value differs from it.</remarks>
internal sealed class FieldTests(QueryContext context)
{
    public Func<object?, bool> Comparison(Field field, Comparator comparator, Literal literal)
    {
        RequireFilterable(field, literal);
        if (comparator == Comparator.Like)
        {
            return Like(field, literal);
        }

        return literal switch
        {
            NullLiteral or StringLiteral { Quoted: "''" } => WithNull(comparator, literal),
            RelativeDateLiteral relative => WithDays(field, comparator, relative),
            _ => WithValue(comparator, Value(field, literal)),
        };
    }

    public Func<object?, bool> Membership(Field field, bool negated, IReadOnlyList<Literal> literals)
    {
        RequireFilterable(field, literals[0]);
        var values = literals.Where(literal => literal is not NullLiteral).Select(literal => Key(field, Value(field, literal))).ToHashSet();
        var takesNull = literals.Any(literal => literal is NullLiteral);
        return value => negated != (value is null ? takesNull : values.Contains(Key(field, value)));
    }

    /// <summary>Normalizes a value, so that equal values are equal objects.</summary>
    public static object Key(Field field, object value) => value switch
    {
        string text when !field.IsId => text.ToUpperInvariant(),
        JsonNumber number => number.Value,
        _ => value,
    };

    private void RequireFilterable(Field field, Literal literal)
    {
        if (!field.IsFilterable)
        {
            throw context.Source.Error("INVALID_FIELD", literal.At, $"field '{field.Name}' can not be filtered in a query call");
        }
    }

    private Func<object?, bool> WithNull(Comparator comparator, Literal literal) => comparator switch
    {
        Comparator.Equal => value => value is null,
        Comparator.NotEqual => value => value is not null,
        _ => throw context.Source.Malformed(literal.At, "only = and != compare with null"),
    };

    private Func<object?, bool> Like(Field field, Literal literal)
    {
        if (!field.IsText || literal is not StringLiteral text)
        {
            throw context.Source.Error("INVALID_FIELD", literal.At, $"LIKE compares text with text; field '{field.Name}' or its value is none");
        }

        var pattern = StringLiterals.Pattern(context.Source, text);
        return value => value is string candidate && pattern.IsMatch(candidate);
    }

    private static Func<object?, bool> WithValue(Comparator comparator, object expected) => comparator switch
    {
        Comparator.Equal => value => value is not null && Values.Compare(value, expected) == 0,
        Comparator.NotEqual => value => value is null || Values.Compare(value, expected) != 0,
        Comparator.Less => value => value is not null && Values.Compare(value, expected) < 0,
        Comparator.LessOrEqual => value => value is not null && Values.Compare(value, expected) <= 0,
        Comparator.Greater => value => value is not null && Values.Compare(value, expected) > 0,
        _ => value => value is not null && Values.Compare(value, expected) >= 0,
    };

    private Func<object?, bool> WithDays(Field field, Comparator comparator, RelativeDateLiteral literal)
    {
        if (field.Type is not (FieldType.Date or FieldType.DateTime))
        {
            throw WrongType(field, literal);
        }

        var days = RelativeDates.Resolve(literal.Name, literal.Number, context.Today)
            ?? throw context.Source.Malformed(literal.At, $"unexpected token: '{literal.Name}'");
        Func<DateOnly, string> write = field.Type == FieldType.Date ? SalesforceTime.Format : SalesforceTime.FormatStartOf;
        var (start, end) = (write(days.Start), write(days.End));

        bool Before(object? value, string limit) => value is string time && string.CompareOrdinal(time, limit) < 0;
        bool NotBefore(object? value, string limit) => value is string time && string.CompareOrdinal(time, limit) >= 0;
        return comparator switch
        {
            Comparator.Equal => value => NotBefore(value, start) && Before(value, end),
            Comparator.NotEqual => value => !(NotBefore(value, start) && Before(value, end)),
            Comparator.Less => value => Before(value, start),
            Comparator.LessOrEqual => value => Before(value, end),
            Comparator.Greater => value => NotBefore(value, end),
            _ => value => NotBefore(value, start),
        };
    }

    private object Value(Field field, Literal literal) => (field, literal) switch
    {
        ({ IsId: true }, StringLiteral text) => Id(text),
        ({ IsText: true }, StringLiteral text) => StringLiterals.Text(context.Source, text),
        ({ IsNumber: true }, NumberLiteral number) => new JsonNumber(number.Text.TrimStart('+')),
        ({ Type: FieldType.Boolean }, BooleanLiteral boolean) => boolean.Value,
        ({ Type: FieldType.Date }, DateLiteral date) when SalesforceTime.ParseDate(date.Text) is not null => date.Text,
        ({ Type: FieldType.DateTime }, DateTimeLiteral time) when SalesforceTime.ParseTime(time.Text) is { } parsed => SalesforceTime.Format(parsed),
        ({ Type: FieldType.Time }, TimeLiteral { Text: [.., 'Z'] } time) when SalesforceTime.ParseTimeOfDay(time.Text) is { } parsed => parsed,
        ({ Type: FieldType.Time }, TimeLiteral) => throw SoqlSource.Unsupported("a time of day with an offset"),
        // The org has one currency. How Salesforce treats amounts in others is not known.
        (_, CurrencyLiteral) => throw SoqlSource.Unsupported("an amount with its currency"),
        _ => throw WrongType(field, literal),
    };

    private string Id(StringLiteral literal)
    {
        var text = StringLiterals.Text(context.Source, literal);
        return RecordIds.Normalize(text)
            ?? throw context.Source.Error("INVALID_QUERY_FILTER_OPERATOR", literal.At, $"invalid ID field: {text}");
    }

    private ApiException WrongType(Field field, Literal literal)
    {
        var (type, quotes) = field switch
        {
            { IsText: true } or { IsId: true } => ("string", "should be"),
            { IsNumber: true } => ("number", "should not be"),
            { Type: FieldType.DateTime } => ("dateTime", "should not be"),
            _ => (field.Type.ToString().ToLowerInvariant(), "should not be"),
        };
        return context.Source.Error("INVALID_FIELD", literal.At, $"value of filter criterion for field '{field.Name}' must be of type {type} and {quotes} enclosed in quotes");
    }
}
