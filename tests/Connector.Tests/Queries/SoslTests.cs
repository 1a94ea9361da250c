using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace Connector.Tests.Queries;

/// <summary>Bind parameters of SOSL.</summary>
public sealed class SoslTests
{
    [Theory]
    [InlineData("Acme", "{Acme}")]
    [InlineData("", "{}")]
    [InlineData("Müller & Söhne", @"{Müller \& Söhne}")]
    [InlineData("x} RETURNING User (Id", @"{x\} RETURNING User \(Id}")]
    [InlineData("?&|!{}[]()^~*:\\\"'+-", @"{\?\&\|\!\{\}\[\]\(\)\^\~\*\:\\\""\'\+\-}")]
    [InlineData("100%_.,;/#@$=<>`´’ʼ😀", "{100%_.,;/#@$=<>`´’ʼ😀}")]
    // A word that is an operator elsewhere is one in no phrase.
    [InlineData("Smith and Sons", "{\"Smith and Sons\"}")]
    [InlineData("or", "{\"or\"}")]
    [InlineData("a AND NOT b", "{\"a AND NOT b\"}")]
    [InlineData("rock-and-roll", @"{""rock\-and\-roll""}")]
    [InlineData("not\"", @"{""not\""""}")]
    [InlineData("a\tOr\nb", "{\"a\tOr\nb\"}")]
    [InlineData("Anderson Oriel Knotty", "{Anderson Oriel Knotty}")]
    [InlineData("Ándor or2 üor", "{Ándor or2 üor}")]
    public void What_is_searched_for_is_text_and_nothing_else(string term, string written)
    {
        var parameters = JsonSerializer.Serialize(new { term });

        Bind("FIND :term IN NAME FIELDS RETURNING Account", parameters).ShouldBe($"FIND {written} IN NAME FIELDS RETURNING Account");
        Bind("find:term", parameters).ShouldBe($"find {written}");
        Bind(" \nFind\n:term)", parameters).ShouldBe($" \nFind\n{written})");
        Bind("FIND :term{", parameters).ShouldBe($"FIND {written} {{");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("""["a"]""")]
    [InlineData("""{"startsWith":"a"}""")]
    [InlineData("\"\\ud83d\"")]
    public void What_is_searched_for_is_a_string(string term) =>
        Refusals("FIND :term", $$"""{"term":{{term}}}""").ShouldBe(
            [(ErrorCodes.InvalidMember, "soslParameters.term", "soslParameters.term must be a string of valid Unicode, because it follows FIND")]);

    [Theory]
    [InlineData("FIND {:a} RETURNING Account (Id WHERE Name = :b)", @"FIND {:a} RETURNING Account (Id WHERE Name = 'x\'')")]
    [InlineData(@"FIND {a\} :a} RETURNING Account (Id WHERE Name=:b LIMIT:n)", @"FIND {a\} :a} RETURNING Account (Id WHERE Name='x\'' LIMIT 5)")]
    [InlineData(@"FIND {a\\} LIMIT :n WHERE Name LIKE :b", @"FIND {a\\} LIMIT 5 WHERE Name LIKE 'x\''")]
    [InlineData("FIND {it's} RETURNING Account (Id WHERE Name = :b AND X = ':a' AND D = LAST_N_DAYS:n)", @"FIND {it's} RETURNING Account (Id WHERE Name = 'x\'' AND X = ':a' AND D = LAST_N_DAYS:5)")]
    [InlineData("RETURNING Account (Id WHERE Find = :b)", @"RETURNING Account (Id WHERE Find = 'x\'')")]
    public void Elsewhere_a_value_is_a_literal_as_in_SOQL(string search, string bound) =>
        Bind(search, Only(search, ("b", "x'"), ("n", 5))).ShouldBe(bound);

    [Theory]
    [InlineData("FIND {Acme} RETURNING Account")]
    [InlineData("FIND {:a")]
    [InlineData("FIND {a\\")]
    [InlineData("FIND {a} WHERE Name = 'x :a")]
    public void A_search_without_placeholders_stays_the_same(string search) => Sosl.Bind(search, null).ShouldBeSameAs(search);

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Refusals("FIND {:in} RETURNING Account (Id WHERE A = :missing AND B = :b.c AND D = :d)", """{"in":"x","b":1,"d":[]}""")
            .Select(error => (error.Code, error.Member)).ShouldBe(
            [
                (ErrorCodes.MissingMember, "soslParameters.missing"),
                (ErrorCodes.InvalidMember, "soslSearch"),
                (ErrorCodes.InvalidMember, "soslParameters.d"),
                (ErrorCodes.InvalidMember, "soslParameters.in"),
            ]);

    [Fact]
    public void No_value_changes_a_search_and_no_search_changes_a_value()
    {
        foreach (var text in BindValue.Texts.Sample(20_000, new Rnd(20261124), size: 1))
        {
            var source = new SoqlSource(Bind(
                "FIND :text IN ALL FIELDS RETURNING Account (Id WHERE Name = :text LIMIT 5)", JsonSerializer.Serialize(new { text })));

            // As the simulated org reads it, whose text in braces is still escaped.
            var search = SoslParser.Read(source);
            ReadSearchQuery(search.Terms).ShouldBe(text);
            var account = search.Returning.ShouldHaveSingleItem();
            account.Limit.ShouldBe(5);
            StringLiterals.Text(source, account.Where.ShouldBeOfType<Comparison>().Literal.ShouldBeOfType<StringLiteral>()).ShouldBe(text);
        }
    }

    // By the reference: reserved characters are escaped, in double quotes as well, and only a phrase may hold an operator's word.
    private static string ReadSearchQuery(string terms)
    {
        var isPhrase = terms is ['"', .. _, '"'];
        var content = isPhrase ? terms[1..^1] : terms;
        var text = new StringBuilder();
        for (var i = 0; i < content.Length; i++)
        {
            const string Reserved = "?&|!{}[]()^~*:\\\"'+-";
            if (content[i] == '\\')
            {
                i++;
                Reserved.Contains(content[i], StringComparison.Ordinal).ShouldBeTrue(terms);
            }
            else
            {
                Reserved.Contains(content[i], StringComparison.Ordinal).ShouldBeFalse(terms);
            }

            text.Append(content[i]);
        }

        (!isPhrase && Regex.IsMatch(text.ToString(), @"\b(AND|OR|NOT)\b", RegexOptions.IgnoreCase)).ShouldBeFalse(terms);
        return text.ToString();
    }

    private static string Bind(string search, string parameters) =>
        Sosl.Bind(search, JsonSerializer.Deserialize(parameters, OperationJson.Default.BindParameters));

    private static IReadOnlyList<(string Code, string Member, string Message)> Refusals(string search, string parameters) =>
        [.. Should.Throw<InvalidPayloadException>(() => Bind(search, parameters)).Problem.Errors.EnumerateArray().Select(error => (
            error.GetProperty("errorCode").GetString()!, error.GetProperty("fields")[0].GetString()!, error.GetProperty("message").GetString()!))];

    private static string Only(string search, params (string Name, object Value)[] parameters) => JsonSerializer.Serialize(
        parameters.Where(parameter => search.Contains($":{parameter.Name}", StringComparison.Ordinal))
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
}
