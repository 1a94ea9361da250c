using Superpower;
using Superpower.Model;
using Superpower.Parsers;
using Superpower.Tokenizers;

namespace SalesforceSimulator.Soql.Parsing;

internal enum SoqlToken
{
    Word,
    String,
    Number,
    Date,
    DateTime,
    Time,

    /// <summary>An amount with its currency, such as <c>USD5000</c>.</summary>
    Currency,

    /// <summary>The search expression of SOSL, in braces.</summary>
    Search,
    Comma,
    Dot,
    Colon,
    Open,
    Close,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>Splits SOQL and SOSL into tokens. Keywords are words, because most can also be names.</summary>
internal static class SoqlTokens
{
    private const string DatePattern = @"\d{4}-\d\d-\d\d";
    private const string TimePattern = DatePattern + @"T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)";

    public static Tokenizer<SoqlToken> Tokenizer { get; } = new TokenizerBuilder<SoqlToken>()
        .Ignore(Span.WhiteSpace)
        .Match(Delimited('\'', '\''), SoqlToken.String)
        .Match(Delimited('{', '}'), SoqlToken.Search)
        .Match(Span.Regex(TimePattern), SoqlToken.DateTime)
        .Match(Span.Regex(DatePattern), SoqlToken.Date)
        .Match(Span.Regex(@"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)"), SoqlToken.Time)
        .Match(Span.Regex(@"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"), SoqlToken.Number)
        .Match(Span.Regex(@"[A-Z]{3}-?\d+(\.\d+)?(?![A-Za-z0-9_])"), SoqlToken.Currency)
        .Match(Span.Regex("[A-Za-z_][A-Za-z0-9_]*"), SoqlToken.Word)
        .Match(Character.EqualTo(','), SoqlToken.Comma)
        .Match(Character.EqualTo('.'), SoqlToken.Dot)
        .Match(Character.EqualTo(':'), SoqlToken.Colon)
        .Match(Character.EqualTo('('), SoqlToken.Open)
        .Match(Character.EqualTo(')'), SoqlToken.Close)
        .Match(Span.EqualTo("!="), SoqlToken.NotEqual)
        .Match(Span.EqualTo("<>"), SoqlToken.NotEqual)
        .Match(Span.EqualTo("<="), SoqlToken.LessOrEqual)
        .Match(Span.EqualTo(">="), SoqlToken.GreaterOrEqual)
        .Match(Character.EqualTo('='), SoqlToken.Equal)
        .Match(Character.EqualTo('<'), SoqlToken.Less)
        .Match(Character.EqualTo('>'), SoqlToken.Greater)
        .Build();

    private static TextParser<Unit> Delimited(char open, char close) =>
        from start in Character.EqualTo(open)
        from content in Character.EqualTo('\\').IgnoreThen(Character.AnyChar)
            .Or(Character.ExceptIn(close, '\\'))
            .IgnoreMany()
        from end in Character.EqualTo(close)
        select Unit.Value;
}
