using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce.Soql;
using SalesforceSimulator;
using SalesforceSimulator.Soql.Parsing;

namespace Connector.Tests.Queries;

/// <summary>Values that are bound, by the hundred thousand; the same ones in every run.</summary>
public sealed partial class BindPropertyTests
{
    private const int ManyValues = 100_000;

    private const string Template =
        "SELECT Id, (SELECT LastName FROM Contacts WHERE Title = :a) FROM Account WHERE Name = :b"
        + " AND (Type IN :list OR Rating NOT IN :others) AND Phone LIKE :like AND (NOT Fax != :c) AND Site > :d ORDER BY Name LIMIT 10";

    // In the order of the template.
    private static readonly (string Name, bool IsList, Arbitrary<BindValue[]> Values)[] Placeholders =
    [
        ("a", false, BindValue.Any), ("b", false, BindValue.Any), ("list", true, BindValue.List), ("others", true, BindValue.List),
        ("like", false, BindValue.ForLike), ("c", false, BindValue.Any), ("d", false, BindValue.Any),
    ];

    private static readonly Rnd Start = new(20261124);

    private static Arbitrary<BindValue[][]> Values => Arb.From(
        Gen.CollectToArray(Placeholders, placeholder => placeholder.Values.Generator),
        values =>
            from i in Enumerable.Range(0, values.Length)
            from smaller in Placeholders[i].Values.Shrinker(values[i])
            select (BindValue[][])[.. values[..i], smaller, .. values[(i + 1)..]]);

    [Fact]
    public async Task No_value_changes_a_query_and_no_query_changes_a_value()
    {
        using var parser = await ForeignSoqlParser.StartAsync();
        var expected = parser.Parse(WithHarmlessValues(Template)).Tree;
        var bound = 0;
        HashSet<char> characters = [];

        Prop.ForAll(Values, values =>
        {
            var (tree, literals) = parser.Parse(Soql.Bind(Template, Parameters(values)));

            tree.ShouldBe(expected);
            literals.Count.ShouldBe(values.Length);
            foreach (var (sent, written) in values.Zip(literals))
            {
                written.Count.ShouldBe(sent.Length);
                foreach (var (value, literal) in sent.Zip(written))
                {
                    value.IsWrittenAs(literal).ShouldBeTrue($"{value} became {literal}");
                    characters.UnionWith(value.Text);
                    bound++;
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4_000).WithReplay(new Replay(Start, FSharpOption<int>.None)).WithQuietOnSuccess(true));

        bound.ShouldBeGreaterThanOrEqualTo(ManyValues);
        Enumerable.Range(0, 0xa0).Select(code => (char)code).Concat(BindValue.Suspicious).ShouldBeSubsetOf(characters);
        characters.Count(char.IsSurrogate).ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task A_value_that_is_put_in_by_hand_does_change_the_query()
    {
        using var parser = await ForeignSoqlParser.StartAsync();
        var expected = parser.Parse(WithHarmlessValues(Template)).Tree;
        string PutIn(string value) => WithHarmlessValues(Template.Replace("= :b", $"= '{value}'", StringComparison.Ordinal));

        parser.Parse(PutIn("O Neill")).Tree.ShouldBe(expected);
        parser.Parse(PutIn("x' OR Name != '")).Tree.ShouldNotBe(expected);
        Should.Throw<FormatException>(() => parser.Parse(PutIn("O'Neill")));
        Should.Throw<FormatException>(() => parser.Parse(PutIn("\\")));
    }

    [Fact]
    public async Task Values_arrive_as_they_were_sent()
    {
        await using var app = await ConnectorApp.StartAsync();
        var texts = BindValue.Texts.Sample(ManyValues, Start, size: 1);
        HashSet<string> ways = [];

        // Few go in the URL, many in a composite request.
        foreach (var names in (string[][])[.. texts[..20_000].Chunk(50), .. texts[20_000..].Chunk(400)])
        {
            var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE Name IN :names", soqlParameters = new { names } });

            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
            var call = app.LastCall;
            ways.Add(call.Method);
            TextsIn(SoqlOf(call)).ShouldBe(names);
        }

        ways.ShouldBe(["GET", "POST"], ignoreOrder: true);
    }

    private static BindParameters Parameters(BindValue[][] values)
    {
        var members = Placeholders.Zip(values, (placeholder, sent) =>
            $"\"{placeholder.Name}\":{(placeholder.IsList ? $"[{string.Join(',', sent.Select(value => value.Json))}]" : sent.Single().Json)}");
        return JsonSerializer.Deserialize($"{{{string.Join(',', members)}}}", OperationJson.Default.BindParameters)!;
    }

    private static string WithHarmlessValues(string query) => Placeholder().Replace(ListPlaceholder().Replace(query, "IN ('x')"), "'x'");

    private static string SoqlOf(RecordedRequest call)
    {
        var query = call.Method == "GET"
            ? call.Query
            : ((string)JsonNode.Parse(call.Body)!["compositeRequest"]![0]!["url"]!).Split('?')[1];
        query.ShouldStartWith("q=");
        return Uri.UnescapeDataString(query["q=".Length..]);
    }

    // As the simulated org reads them.
    private static IEnumerable<string> TextsIn(string soql)
    {
        var source = new SoqlSource(soql);
        return SoqlParser.Read(source).Where.ShouldBeOfType<Membership>().Literals
            .Select(literal => StringLiterals.Text(source, literal.ShouldBeOfType<StringLiteral>()));
    }

    [GeneratedRegex("IN :[a-z]+")]
    private static partial Regex ListPlaceholder();

    [GeneratedRegex(":[a-z]+")]
    private static partial Regex Placeholder();
}
