using SalesforceSimulator.Requests;
using Superpower;
using Superpower.Parsers;

namespace SalesforceSimulator.Soql.Parsing;

/// <summary>The fields that a search covers.</summary>
internal enum SearchGroup
{
    All,
    Name,
    Email,
    Phone,
}

/// <param name="Returning">For each sObject to return, the query with its fields, filters, order and limit.</param>
internal sealed record SoslSearch(string Terms, SearchGroup Group, IReadOnlyList<SoqlQuery> Returning, int? Limit);

/// <summary>Parses <c>FIND {text} IN group FIELDS RETURNING Type(fields WHERE … ORDER BY … LIMIT …), … LIMIT n</c>.</summary>
internal static class SoslParser
{
    private static readonly SelectItem IdOnly = new SelectOperand(new FieldOperand(new FieldPath([new Name("Id", 0)])), null);

    private static readonly TokenListParser<SoqlToken, SearchGroup> Group =
        from @in in SoqlParser.Keyword("IN")
        from @group in SoqlParser.Keyword("ALL").Value(SearchGroup.All)
            .Or(SoqlParser.Keyword("NAME").Value(SearchGroup.Name))
            .Or(SoqlParser.Keyword("EMAIL").Value(SearchGroup.Email))
            .Or(SoqlParser.Keyword("PHONE").Value(SearchGroup.Phone))
        from fields in SoqlParser.Keyword("FIELDS")
        select @group;

    private static readonly TokenListParser<SoqlToken, SoqlQuery> Returned =
        from type in SoqlParser.AnyName
        from query in
            (from open in Token.EqualTo(SoqlToken.Open)
             from items in SoqlParser.SelectList
             from clauses in SoqlParser.Clauses
             from close in Token.EqualTo(SoqlToken.Close)
             select clauses(items, type, null))
            .OptionalOrDefault()
        select query ?? new SoqlQuery([IdOnly], type, null, null, [], null, [], null, null);

    private static readonly TokenListParser<SoqlToken, SoslSearch> Search =
        from find in SoqlParser.Keyword("FIND")
        from terms in Token.EqualTo(SoqlToken.Search)
        from @group in Group.OptionalOrDefault()
        from returning in SoqlParser.Keyword("RETURNING").IgnoreThen(Returned.AtLeastOnceDelimitedBy(Token.EqualTo(SoqlToken.Comma)))
        from limit in SoqlParser.Limit
        select new SoslSearch(terms.ToStringValue()[1..^1], @group, returning, limit);

    /// <exception cref="ApiException">MALFORMED_QUERY: it is not valid SOSL, or the simulator does not support it.</exception>
    public static SoslSearch Read(SoqlSource source) => SoqlParser.Read(source, Search);
}
