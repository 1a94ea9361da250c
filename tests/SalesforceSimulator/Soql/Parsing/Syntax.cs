namespace SalesforceSimulator.Soql.Parsing;

/// <summary>A name and its position in the text.</summary>
internal sealed record Name(string Text, int At);

/// <summary>A field of the sObject or of a referenced one: <c>Account.Owner.Name</c>.</summary>
internal sealed record FieldPath(IReadOnlyList<Name> Parts)
{
    public int At => Parts[0].At;

    public override string ToString() => string.Join('.', Parts.Select(part => part.Text));
}

/// <summary>An expression to select, compare, group or order by.</summary>
internal abstract record Operand(int At);

internal sealed record FieldOperand(FieldPath Path) : Operand(Path.At);

/// <param name="Argument"><see langword="null"/> for <c>COUNT()</c>.</param>
internal sealed record FunctionOperand(Name Function, FieldPath? Argument) : Operand(Function.At);

internal abstract record SelectItem;

internal sealed record SelectOperand(Operand Operand, Name? Alias) : SelectItem;

internal sealed record SelectChildren(SoqlQuery Query) : SelectItem;

internal enum Comparator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

internal abstract record Literal(int At);

internal sealed record NullLiteral(int At) : Literal(At);

internal sealed record BooleanLiteral(bool Value, int At) : Literal(At);

internal sealed record NumberLiteral(string Text, int At) : Literal(At);

/// <param name="Quoted">The literal as written, with quotes and escapes.</param>
internal sealed record StringLiteral(string Quoted, int At) : Literal(At);

internal sealed record DateLiteral(string Text, int At) : Literal(At);

internal sealed record DateTimeLiteral(string Text, int At) : Literal(At);

internal sealed record TimeLiteral(string Text, int At) : Literal(At);

/// <param name="Text">The literal as written: <c>USD5000</c>.</param>
internal sealed record CurrencyLiteral(string Text, int At) : Literal(At);

/// <summary>A range of days relative to today, such as <c>LAST_N_DAYS:30</c>.</summary>
internal sealed record RelativeDateLiteral(string Name, int? Number, int At) : Literal(At);

internal abstract record Condition;

internal sealed record AllOf(IReadOnlyList<Condition> Conditions) : Condition;

internal sealed record AnyOf(IReadOnlyList<Condition> Conditions) : Condition;

internal sealed record Negation(Condition Condition) : Condition;

internal sealed record Comparison(Operand Operand, Comparator Comparator, Literal Literal) : Condition;

internal sealed record Membership(Operand Operand, bool Negated, IReadOnlyList<Literal> Literals) : Condition;

internal sealed record SemiJoin(Operand Operand, bool Negated, SoqlQuery Query) : Condition;

internal sealed record Ordering(Operand Operand, bool Descending, bool NullsLast);

/// <summary>A query or a subquery.</summary>
internal sealed record SoqlQuery(
    IReadOnlyList<SelectItem> Items,
    Name From,
    Name? Alias,
    Condition? Where,
    IReadOnlyList<FieldPath> GroupBy,
    Condition? Having,
    IReadOnlyList<Ordering> OrderBy,
    int? Limit,
    int? Offset);
