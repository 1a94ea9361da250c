using System.Globalization;
using SalesforceSimulator.Requests;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;

namespace SalesforceSimulator.Soql.Parsing;

/// <summary>Parses SOQL, and the parts of it that SOSL shares.</summary>
internal static class SoqlParser
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FOR", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE", "LIMIT", "NOT",
        "NULL", "NULLS", "OFFSET", "OR", "ORDER", "SELECT", "TYPEOF", "USING", "WHERE", "WITH",
    };

    // Parts of SOQL and SOSL that Salesforce supports and the simulator does not. The reply says so.
    private static readonly HashSet<string> Unsupported = new(StringComparer.OrdinalIgnoreCase)
    {
        "CUBE", "EXCLUDES", "INCLUDES", "ROLLUP", "SIDEBAR", "TYPEOF", "USING", "WITH",
    };

    private static readonly HashSet<string> UnsupportedFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "CALENDAR_MONTH", "CALENDAR_QUARTER", "CALENDAR_YEAR", "CONVERTCURRENCY", "CONVERTTIMEZONE", "DAY_IN_MONTH", "DAY_IN_WEEK",
        "DAY_IN_YEAR", "DAY_ONLY", "DISTANCE", "FISCAL_MONTH", "FISCAL_QUARTER", "FISCAL_YEAR", "FORMAT", "GEOLOCATION", "GROUPING",
        "HOUR_IN_DAY", "TOLABEL", "WEEK_IN_MONTH", "WEEK_IN_YEAR",
    };

    public static readonly TokenListParser<SoqlToken, Name> AnyName =
        Token.EqualTo(SoqlToken.Word).Select(word => new Name(word.ToStringValue(), word.Position.Absolute));

    private static readonly TokenListParser<SoqlToken, Name> Name =
        AnyName.Where(name => !Reserved.Contains(name.Text));

    // After a period, any word is a name.
    private static readonly TokenListParser<SoqlToken, FieldPath> Path =
        from first in Name
        from rest in Token.EqualTo(SoqlToken.Dot).IgnoreThen(AnyName).Many()
        select new FieldPath([first, .. rest]);

    private static readonly TokenListParser<SoqlToken, Name> FunctionStart =
        from name in Name
        from open in Token.EqualTo(SoqlToken.Open)
        select name;

    private static readonly TokenListParser<SoqlToken, Operand> Operand =
        (from function in FunctionStart.Try()
         from argument in Path.AsNullable().OptionalOrDefault()
         from close in Token.EqualTo(SoqlToken.Close)
         select (Operand)new FunctionOperand(function, argument))
        .Or(Path.Select(path => (Operand)new FieldOperand(path)));

    private static readonly TokenListParser<SoqlToken, SelectItem> SelectItem =
        Parse.Ref(() => SubQuery!).Select(query => (SelectItem)new SelectChildren(query))
            .Or(from operand in Operand
                from alias in Name.AsNullable().OptionalOrDefault()
                select (SelectItem)new SelectOperand(operand, alias));

    private static readonly TokenListParser<SoqlToken, int?> Integer = Token.EqualTo(SoqlToken.Number)
        .Where(token => int.TryParse(token.ToStringValue(), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(token => (int?)int.Parse(token.ToStringValue(), CultureInfo.InvariantCulture));

    public static readonly TokenListParser<SoqlToken, int?> Limit =
        Keyword("LIMIT").IgnoreThen(Integer).OptionalOrDefault();

    private static readonly TokenListParser<SoqlToken, Literal> Literal =
        Of(SoqlToken.String, (text, at) => new StringLiteral(text, at))
            .Or(Of(SoqlToken.Number, (text, at) => new NumberLiteral(text, at)))
            .Or(Of(SoqlToken.DateTime, (text, at) => new DateTimeLiteral(text, at)))
            .Or(Of(SoqlToken.Date, (text, at) => new DateLiteral(text, at)))
            .Or(Of(SoqlToken.Time, (text, at) => new TimeLiteral(text, at)))
            .Or(Of(SoqlToken.Currency, (text, at) => new CurrencyLiteral(text, at)))
            .Or(Keyword("null").Select(token => (Literal)new NullLiteral(token.Position.Absolute)))
            .Or(Keyword("true").Select(token => (Literal)new BooleanLiteral(true, token.Position.Absolute)))
            .Or(Keyword("false").Select(token => (Literal)new BooleanLiteral(false, token.Position.Absolute)))
            .Or(from name in Name
                from number in Token.EqualTo(SoqlToken.Colon).IgnoreThen(Integer).OptionalOrDefault()
                select (Literal)new RelativeDateLiteral(name.Text, number, name.At));

    private static readonly TokenListParser<SoqlToken, Comparator> Comparator =
        Token.EqualTo(SoqlToken.Equal).Value(Parsing.Comparator.Equal)
            .Or(Token.EqualTo(SoqlToken.NotEqual).Value(Parsing.Comparator.NotEqual))
            .Or(Token.EqualTo(SoqlToken.Less).Value(Parsing.Comparator.Less))
            .Or(Token.EqualTo(SoqlToken.LessOrEqual).Value(Parsing.Comparator.LessOrEqual))
            .Or(Token.EqualTo(SoqlToken.Greater).Value(Parsing.Comparator.Greater))
            .Or(Token.EqualTo(SoqlToken.GreaterOrEqual).Value(Parsing.Comparator.GreaterOrEqual))
            .Or(Keyword("LIKE").Value(Parsing.Comparator.Like));

    private static readonly TokenListParser<SoqlToken, bool> In =
        Keyword("IN").Value(false).Or(Keyword("NOT").IgnoreThen(Keyword("IN")).Value(true));

    private static readonly TokenListParser<SoqlToken, IReadOnlyList<Literal>> LiteralList =
        from open in Token.EqualTo(SoqlToken.Open)
        from literals in Literal.AtLeastOnceDelimitedBy(Token.EqualTo(SoqlToken.Comma))
        from close in Token.EqualTo(SoqlToken.Close)
        select (IReadOnlyList<Literal>)literals;

    private static readonly TokenListParser<SoqlToken, Func<Operand, Condition>> Membership =
        from negated in In
        from condition in Parse.Ref(() => SubQuery!).Select(query => (Func<Operand, Condition>)(operand => new SemiJoin(operand, negated, query)))
            .Or(LiteralList.Select(literals => (Func<Operand, Condition>)(operand => new Membership(operand, negated, literals))))
        select condition;

    private static readonly TokenListParser<SoqlToken, Condition> Test =
        from operand in Operand
        from condition in Membership.Or(
            from comparator in Comparator
            from literal in Literal
            select (Func<Operand, Condition>)(operand => new Comparison(operand, comparator, literal)))
        select condition(operand);

    private static readonly TokenListParser<SoqlToken, Condition> Term =
        (from open in Token.EqualTo(SoqlToken.Open)
         from condition in Parse.Ref(() => Condition!)
         from close in Token.EqualTo(SoqlToken.Close)
         select condition)
        .Or(Keyword("NOT").IgnoreThen(Parse.Ref(() => Term!)).Select(condition => (Condition)new Negation(condition)))
        .Or(Test);

    // Salesforce requires parentheses where AND and OR are mixed.
    private static readonly TokenListParser<SoqlToken, Condition> Condition =
        from first in Term
        from condition in Keyword("AND").IgnoreThen(Term).AtLeastOnce().Select(rest => (Condition)new AllOf([first, .. rest]))
            .Or(Keyword("OR").IgnoreThen(Term).AtLeastOnce().Select(rest => (Condition)new AnyOf([first, .. rest])))
            .OptionalOrDefault(first)
        select condition;

    private static readonly TokenListParser<SoqlToken, Ordering> Ordering =
        from operand in Operand
        from isDescending in Keyword("ASC").Value(false).Or(Keyword("DESC").Value(true)).OptionalOrDefault()
        from nullsLast in Keyword("NULLS").IgnoreThen(Keyword("FIRST").Value(false).Or(Keyword("LAST").Value(true))).OptionalOrDefault()
        select new Ordering(operand, isDescending, nullsLast);

    /// <summary>The clauses that can follow the sObject, also in the field list of a SOSL <c>RETURNING</c>.</summary>
    public static readonly TokenListParser<SoqlToken, Func<IReadOnlyList<SelectItem>, Name, Name?, SoqlQuery>> Clauses =
        from condition in Keyword("WHERE").IgnoreThen(Condition).AsNullable().OptionalOrDefault()
        from groups in Keyword("GROUP").IgnoreThen(Keyword("BY")).IgnoreThen(Path.AtLeastOnceDelimitedBy(Token.EqualTo(SoqlToken.Comma))).OptionalOrDefault([])
        from having in Keyword("HAVING").IgnoreThen(Condition).AsNullable().OptionalOrDefault()
        from orders in Keyword("ORDER").IgnoreThen(Keyword("BY")).IgnoreThen(Ordering.AtLeastOnceDelimitedBy(Token.EqualTo(SoqlToken.Comma))).OptionalOrDefault([])
        from limit in Limit
        from offset in Keyword("OFFSET").IgnoreThen(Integer).OptionalOrDefault()
        from locking in Keyword("FOR").IgnoreThen(Keyword("UPDATE").Or(Keyword("VIEW")).Or(Keyword("REFERENCE"))).Value(Unit.Value).OptionalOrDefault()
        select (Func<IReadOnlyList<SelectItem>, Name, Name?, SoqlQuery>)((items, type, alias) =>
            new SoqlQuery(items, type, alias, condition, groups, having, orders, limit, offset));

    public static readonly TokenListParser<SoqlToken, SelectItem[]> SelectList =
        SelectItem.AtLeastOnceDelimitedBy(Token.EqualTo(SoqlToken.Comma));

    private static readonly TokenListParser<SoqlToken, SoqlQuery> Query =
        from keyword in Keyword("SELECT")
        from items in SelectList
        from preposition in Keyword("FROM")
        from type in AnyName
        from alias in Name.AsNullable().OptionalOrDefault()
        from clauses in Clauses
        select clauses(items, type, alias);

    private static readonly TokenListParser<SoqlToken, SoqlQuery> SubQuery =
        from start in SubQueryStart().Try()
        from query in Query
        from close in Token.EqualTo(SoqlToken.Close)
        select query;

    /// <summary>Parses a query.</summary>
    /// <exception cref="ApiException">MALFORMED_QUERY: it is not valid SOQL, or the simulator does not support it.</exception>
    public static SoqlQuery Read(SoqlSource source) => Read(source, Query);

    public static T Read<T>(SoqlSource source, TokenListParser<SoqlToken, T> parser)
    {
        var tokens = SoqlTokens.Tokenizer.TryTokenize(source.Text);
        if (!tokens.HasValue)
        {
            var at = tokens.ErrorPosition.HasValue ? tokens.ErrorPosition.Absolute : source.Text.Length;
            throw Unexpected(source, at, at < source.Text.Length ? source.Text[at..(at + 1)] : "<EOF>");
        }

        var result = parser.AtEnd().TryParse(tokens.Value);
        if (result.HasValue)
        {
            return result.Value;
        }

        if (FindUnsupported([.. tokens.Value]) is { } construct)
        {
            throw SoqlSource.Unsupported(construct);
        }

        var next = result.Remainder.ConsumeToken();
        throw next.HasValue
            ? Unexpected(source, next.Value.Position.Absolute, next.Value.ToStringValue())
            : Unexpected(source, source.Text.Length, "<EOF>");
    }

    public static TokenListParser<SoqlToken, Token<SoqlToken>> Keyword(string word) =>
        Token.EqualToValueIgnoreCase(SoqlToken.Word, word);

    // Looks ahead past the parenthesis, without consuming SELECT.
    private static TokenListParser<SoqlToken, Unit> SubQueryStart() => input =>
    {
        var open = Token.EqualTo(SoqlToken.Open)(input);
        if (!open.HasValue)
        {
            return TokenListParserResult.CastEmpty<SoqlToken, Token<SoqlToken>, Unit>(open);
        }

        var select = Keyword("SELECT")(open.Remainder);
        return select.HasValue
            ? TokenListParserResult.Value(Unit.Value, input, open.Remainder)
            : TokenListParserResult.CastEmpty<SoqlToken, Token<SoqlToken>, Unit>(select);
    };

    private static TokenListParser<SoqlToken, Literal> Of(SoqlToken kind, Func<string, int, Literal> create) =>
        Token.EqualTo(kind).Select(token => create(token.ToStringValue(), token.Position.Absolute));

    /// <summary>Finds a part of the query that Salesforce supports and the simulator does not, so that the parser's error is not conclusive.</summary>
    private static string? FindUnsupported(Token<SoqlToken>[] tokens) => tokens
        .Select((token, i) => (Word: token.Kind == SoqlToken.Word ? token.ToStringValue() : "", IsFunction: i + 1 < tokens.Length && tokens[i + 1].Kind == SoqlToken.Open))
        .Where(token => Unsupported.Contains(token.Word) || (token.IsFunction && UnsupportedFunctions.Contains(token.Word)))
        .Select(token => token.IsFunction ? $"the function {token.Word}" : token.Word)
        .FirstOrDefault();

    private static ApiException Unexpected(SoqlSource source, int at, string token) => source.Malformed(at, $"unexpected token: '{token}'");
}
