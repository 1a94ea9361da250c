using System.Text.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce.Soql;

namespace Connector.Tests.Queries;

/// <summary>Bind parameters of SOQL, by example. <see cref="BindPropertyTests"/> has them by the hundred thousand.</summary>
public sealed class SoqlTests
{
    [Theory]
    [InlineData("\"\"", "''")]
    [InlineData("\"Acme\"", "'Acme'")]
    [InlineData("\"O'Neill\"", @"'O\'Neill'")]
    [InlineData("\"' OR Name != '\"", @"'\' OR Name != \''")]
    [InlineData("\"\\\\\"", @"'\\'")]
    [InlineData("\"\\\\'\"", @"'\\\''")]
    [InlineData("\"a\\nb\\rc\\td\\be\\ff\"", @"'a\nb\rc\td\be\ff'")]
    [InlineData("\"50%_x\\\"?{}:name\"", "'50%_x\"?{}:name'")]
    [InlineData("\"\\u0000\\u0007\\u001b\\u007f\\u0085\\u2028\\ufeff\\uffff\"", "'\0\u0007\u001b\u007f\u0085\u2028\ufeff\uffff'")]
    [InlineData("\"\\ud83d\\ude00ü\u02bc\u2019\"", "'😀ü\u02bc\u2019'")]
    [InlineData("\"NULL\"", "'NULL'")]
    [InlineData("\"2026-11-24\"", "'2026-11-24'")]
    [InlineData("5", "5")]
    [InlineData("-0", "-0")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890")]
    [InlineData("1e3", "1000")]
    [InlineData("-1.50E+1", "-15.0")]
    [InlineData("1.23456e2", "123.456")]
    [InlineData("1.2e-3", "0.0012")]
    [InlineData("120e-1", "12.0")]
    [InlineData("0.05e1", "0.5")]
    [InlineData("0e0", "0")]
    [InlineData("1e21", "1000000000000000000000")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    [InlineData("""{"date":"2026-11-24"}""", "2026-11-24")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00+01:00"}""", "2026-11-24T09:00:00Z")]
    [InlineData("""{"dateTime":"2026-11-24T00:30:00.120+05:45"}""", "2026-11-23T18:45:00.120Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.5Z"}""", "2026-11-24T10:00:00.500Z")]
    [InlineData("""{"dateTime":"2026-12-31T23:00:00-0330"}""", "2027-01-01T02:30:00Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.000+0000"}""", "2026-11-24T10:00:00Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.123456+01:00[Europe/Berlin]"}""", "2026-11-24T09:00:00.123Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.999999999Z[Etc/GMT+1]"}""", "2026-11-24T10:00:00.999Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.1234567+01:00"}""", "2026-11-24T09:00:00.123Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00+01:00"}""", "2026-11-24T09:00:00Z")]
    [InlineData("""{"time":"10:00:00.000Z"}""", "10:00:00.000Z")]
    [InlineData("""{"time":"23:59:59.999999999"}""", "23:59:59.999Z")]
    [InlineData("""{"time":"07:30"}""", "07:30:00.000Z")]
    [InlineData("""{"currency":"USD","amount":5000}""", "USD5000")]
    [InlineData("""{"amount":-12.50,"currency":"EUR"}""", "EUR-12.50")]
    [InlineData("""{"currency":"JPY","amount":1.5e3}""", "JPY1500")]
    [InlineData("""[{"time":"10:00Z"},{"currency":"USD","amount":1}]""", "(10:00:00.000Z,USD1)")]
    [InlineData("""{"escapeLike":"50%_x'\\"}""", @"'50\%\_x\'\\'")]
    [InlineData("""{"startsWith":"50%"}""", @"'50\%%'")]
    [InlineData("""{"endsWith":"_x"}""", @"'%\_x'")]
    [InlineData("""{"contains":"\\%"}""", @"'%\\\%%'")]
    [InlineData("""{"contains":""}""", "'%%'")]
    [InlineData("""["a"]""", "('a')")]
    [InlineData("""["it's",5,-1.5e1,true,null,{"date":"2026-11-24"},{"startsWith":"x"}]""", @"('it\'s',5,-15,true,null,2026-11-24,'x%')")]
    public void A_value_becomes_the_literal_of_its_kind(string value, string literal) =>
        Bind("SELECT Id FROM Account WHERE X = :x", $$"""{"x":{{value}}}""").ShouldBe($"SELECT Id FROM Account WHERE X = {literal}");

    [Theory]
    [InlineData("\"\\ud83d\"", "soqlParameters.x", "must be valid Unicode")]
    [InlineData("\"a\\ude00\\ud83d\"", "soqlParameters.x", "must be valid Unicode")]
    [InlineData("""{"startsWith":"\ud83d"}""", "soqlParameters.x.startsWith", "must be valid Unicode")]
    [InlineData("1e401", "soqlParameters.x", "must have an exponent of at most 400")]
    [InlineData("1e-401", "soqlParameters.x", "must have an exponent of at most 400")]
    [InlineData("1e-999999999999", "soqlParameters.x", "must have an exponent of at most 400")]
    [InlineData("[]", "soqlParameters.x", "must have at least one element")]
    [InlineData("""["a",["b"]]""", "soqlParameters.x[1]", "must be a string, a number")]
    [InlineData("""["a","\ud83d"]""", "soqlParameters.x[1]", "must be valid Unicode")]
    [InlineData("{}", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"field":"Name"}""", "soqlParameters.x", "{\"contains\":\"…\"}")]
    [InlineData("""{"Date":"2026-11-24"}""", "soqlParameters.x", "{\"date\":\"2026-11-24\"}")]
    [InlineData("""{"date":"2026-11-24","dateTime":"2026-11-24T00:00:00Z"}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"date":20261124}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"contains":null}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"date":"2026-02-30"}""", "soqlParameters.x.date", "must be a date such as")]
    [InlineData("""{"date":"2026-11-24T00:00:00Z"}""", "soqlParameters.x.date", "must be a date such as")]
    [InlineData("""{"date":"2026-1-1"}""", "soqlParameters.x.date", "must be a date such as")]
    [InlineData("""{"date":" 2026-11-24"}""", "soqlParameters.x.date", "must be a date such as")]
    [InlineData("""{"dateTime":"2026-11-24"}""", "soqlParameters.x.dateTime", "with an offset or Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00"}""", "soqlParameters.x.dateTime", "with an offset or Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.1234567890Z"}""", "soqlParameters.x.dateTime", "at most 9 decimals")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00.Z"}""", "soqlParameters.x.dateTime", "at most 9 decimals")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00[Europe/Berlin]"}""", "soqlParameters.x.dateTime", "with an offset or Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00Z['x]"}""", "soqlParameters.x.dateTime", "must be a date and time")]
    [InlineData("""{"time":"10:00:00+01:00"}""", "soqlParameters.x.time", "must be a time of day")]
    [InlineData("""{"time":"24:00:00Z"}""", "soqlParameters.x.time", "must be a time of day")]
    [InlineData("""{"time":"10:60Z"}""", "soqlParameters.x.time", "must be a time of day")]
    [InlineData("""{"time":"10:00:60Z"}""", "soqlParameters.x.time", "must be a time of day")]
    [InlineData("""{"time":1000}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"currency":"usd","amount":5000}""", "soqlParameters.x.currency", "three-letter currency code")]
    [InlineData("""{"currency":"USD5000 OR Name != ","amount":5000}""", "soqlParameters.x.currency", "three-letter currency code")]
    [InlineData("""{"currency":7,"amount":5000}""", "soqlParameters.x.currency", "three-letter currency code")]
    [InlineData("""{"currency":"USD","amount":"5000"}""", "soqlParameters.x.amount", "must be a number")]
    [InlineData("""{"currency":"USD","amount":1e999}""", "soqlParameters.x.amount", "exponent of at most 400")]
    [InlineData("""{"currency":"USD"}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"currency":"USD","amount":1,"more":2}""", "soqlParameters.x", "must be a string, a number")]
    [InlineData("""{"dateTime":"2026-11-24T24:00:00Z"}""", "soqlParameters.x.dateTime", "must be a date and time")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00+25:00"}""", "soqlParameters.x.dateTime", "must be a date and time")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00@Europe/Berlin"}""", "soqlParameters.x.dateTime", "with an offset or Z")]
    [InlineData("""{"dateTime":"2026-11-24T10:00:00Z\n"}""", "soqlParameters.x.dateTime", "must be a date and time")]
    [InlineData("""{"dateTime":"0001-01-01T00:00:00+01:00"}""", "soqlParameters.x.dateTime", "must be a date and time")]
    public void A_value_that_SOQL_has_no_literal_for_is_refused_by_name(string value, string member, string complaint)
    {
        var error = Refusals("SELECT Id FROM Account WHERE X = :x", $$"""{"x":{{value}}}""").ShouldHaveSingleItem();

        error.Code.ShouldBe(ErrorCodes.InvalidMember);
        error.Member.ShouldBe(member);
        error.Message.ShouldStartWith(member + " must");
        error.Message.ShouldContain(complaint);
    }

    [Theory]
    [InlineData("WHERE Name = :a", "WHERE Name = 'x'")]
    [InlineData("WHERE Name=:a", "WHERE Name='x'")]
    [InlineData("WHERE Name!=:a AND Y<:n", "WHERE Name!='x' AND Y<5")]
    [InlineData("WHERE (Name=:a)OR(Y>=:n)", "WHERE (Name='x')OR(Y>=5)")]
    [InlineData("WHERE Y = :n\nLIMIT 1", "WHERE Y = 5\nLIMIT 1")]
    [InlineData("LIMIT:n", "LIMIT 5")]
    [InlineData("LIMIT :n OFFSET:n", "LIMIT 5 OFFSET 5")]
    [InlineData("WHERE Y IN:l AND Z NOT IN :l", "WHERE Y IN ('x','y') AND Z NOT IN ('x','y')")]
    [InlineData("WHERE Y IN (:a,:a, :n)", "WHERE Y IN ('x','x', 5)")]
    [InlineData("WHERE Y LIKE:a", "WHERE Y LIKE 'x'")]
    [InlineData(":a:a", "'x'  'x'")]
    [InlineData("1:n", "1 5")]
    [InlineData("'s':a's'", "'s' 'x' 's'")]
    [InlineData("-:n+", "- 5 +")]
    [InlineData(":n", "5")]
    [InlineData("X = :_1b AND Y = :A", "X = 7 AND Y = 8")]
    public void A_placeholder_gives_way_to_one_token(string query, string bound) =>
        Bind(query, Only(query, """{"a":"x","n":5,"l":["x","y"],"_1b":7,"A":8}""")).ShouldBe(bound);

    [Theory]
    [InlineData("SELECT Id FROM Account")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a:b' AND Y = ' :c'")]
    [InlineData(@"WHERE Name = 'it\'s :a' AND X = '\\'")]
    [InlineData(@"WHERE Name = '\\\' :a'")]
    [InlineData("WHERE CreatedDate = LAST_N_DAYS:3")]
    [InlineData("WHERE CreatedDate > 2026-11-24T10:00:00+01:00 AND D < 2026-11-24T10:00:00Z")]
    [InlineData("WHERE A = : b AND C = ::")]
    [InlineData("WHERE Name = 'open :a")]
    [InlineData("WHERE Name = 'open\\")]
    [InlineData("WHERE Name = '\\' :a")]
    [InlineData("WHERE Name = :ä")]
    [InlineData("")]
    public void A_query_without_placeholders_stays_the_same(string query)
    {
        Soql.Bind(query, null).ShouldBeSameAs(query);
        Bind(query, "{}").ShouldBeSameAs(query);
    }

    [Fact]
    public void A_value_is_no_place_for_placeholders() =>
        Bind("WHERE A = :a AND B = :b", """{"a":"x' :b","b":":a"}""").ShouldBe(@"WHERE A = 'x\' :b' AND B = ':a'");

    [Theory]
    [InlineData("LAST_N_DAYS:d", "LAST_N_DAYS:30")]
    [InlineData("next_n_fiscal_quarters:d)", "next_n_fiscal_quarters:30)")]
    [InlineData("N_WEEKS_AGO:d", "N_WEEKS_AGO:30")]
    [InlineData("(D=Last_N_Months:d)AND", "(D=Last_N_Months:30)AND")]
    [InlineData("LAST_N_DAYS:d/", "LAST_N_DAYS:30 /")]
    // None of these is a date literal that takes a number.
    [InlineData("My_LAST_N_DAYS:d", "My_LAST_N_DAYS 30")]
    [InlineData("LAST_DAYS:d", "LAST_DAYS 30")]
    [InlineData("N_DAYS:d", "N_DAYS 30")]
    [InlineData("LAST_N_DAYS :d", "LAST_N_DAYS 30")]
    public void A_date_literal_keeps_its_colon(string query, string bound) => Bind(query, """{"d":30}""").ShouldBe(bound);

    [Theory]
    [InlineData("0", true)]
    [InlineData("3e1", true)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    [InlineData("\"30\"", false)]
    [InlineData("null", false)]
    [InlineData("[30]", false)]
    [InlineData("""{"date":"2026-11-24"}""", false)]
    public void A_date_literal_takes_whole_numbers_only(string value, bool allowed)
    {
        var parameters = $$"""{"d":{{value}}}""";
        if (allowed)
        {
            Bind("N_DAYS_AGO:d", parameters).ShouldMatch("^N_DAYS_AGO:[0-9]+$");
            return;
        }

        Refusals("N_DAYS_AGO:d", parameters).ShouldBe(
            [(ErrorCodes.InvalidMember, "soqlParameters.d", "soqlParameters.d must be a whole number, 0 or more, because it follows N_DAYS_AGO")]);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_each_thing_once() =>
        Refusals(
            "WHERE A = :missing AND B = :b AND C = :Missing AND D = :missing AND E = :b AND F = :acct.Name AND G IN :list",
            """{"b":[],"MISSING":1,"acct":"x","list":["a",[],"b",{}]}""")
            .Select(error => (error.Code, error.Member)).ShouldBe(
            [
                (ErrorCodes.MissingMember, "soqlParameters.missing"),
                (ErrorCodes.InvalidMember, "soqlParameters.b"),
                (ErrorCodes.MissingMember, "soqlParameters.Missing"),
                (ErrorCodes.InvalidMember, "soqlQuery"),
                (ErrorCodes.InvalidMember, "soqlParameters.list[1]"),
                (ErrorCodes.InvalidMember, "soqlParameters.list[3]"),
                (ErrorCodes.InvalidMember, "soqlParameters.MISSING"),
            ]);

    [Fact]
    public void A_placeholder_needs_its_parameter() =>
        Refusals("WHERE A = :name", null).ShouldBe(
            [(ErrorCodes.MissingMember, "soqlParameters.name", "soqlParameters.name is required, because soqlQuery has the placeholder :name")]);

    [Theory]
    [InlineData("WHERE A = ':name'")]
    [InlineData("WHERE A = 'open :name")]
    [InlineData("WHERE A = name")]
    public void A_parameter_needs_its_placeholder(string query) =>
        Refusals(query, """{"name":"x"}""").ShouldBe(
            [(ErrorCodes.InvalidMember, "soqlParameters.name", "soqlParameters.name is not used in soqlQuery")]);

    [Fact]
    public void A_placeholder_has_no_fields() =>
        Refusals("WHERE A = :acct.Name", """{"acct":"x"}""").ShouldBe(
            [(ErrorCodes.InvalidMember, "soqlQuery", "soqlQuery has a period after :acct; a placeholder must stand for a whole value")]);

    [Fact]
    public void A_query_does_not_grow_without_end()
    {
        var parameters = JsonSerializer.Serialize(new { list = Enumerable.Range(0, 15_000).Select(i => $"{i:D5}") });
        string Repeat(int times) => string.Join(' ', Enumerable.Repeat(":list", times));

        Bind(Repeat(8), parameters).Length.ShouldBeInRange(900_000, 1_000_000);
        Refusals(Repeat(9), parameters).ShouldBe(
            [(ErrorCodes.InvalidMember, "soqlQuery", "soqlQuery must be shorter than 1000000 characters after the values of soqlParameters are inserted")]);
    }

    [Fact]
    public void Parameters_are_written_as_they_were_read()
    {
        const string Json = """{"b":"x\u0027","a":[1.50,{"date":"2026-11-24"}],"c":null}""";

        JsonSerializer.Serialize(JsonSerializer.Deserialize(Json, OperationJson.Default.BindParameters), OperationJson.Default.BindParameters)
            .ShouldBe(Json);
    }

    private static string Bind(string query, string parameters) =>
        Soql.Bind(query, JsonSerializer.Deserialize(parameters, OperationJson.Default.BindParameters));

    private static IReadOnlyList<(string Code, string Member, string Message)> Refusals(string query, string? parameters)
    {
        var problem = Should.Throw<InvalidPayloadException>(
            () => Soql.Bind(query, parameters is null ? null : JsonSerializer.Deserialize(parameters, OperationJson.Default.BindParameters))).Problem;
        problem.Status.ShouldBe(400);
        return [.. problem.Errors.EnumerateArray().Select(error => (
            error.GetProperty("errorCode").GetString()!, error.GetProperty("fields")[0].GetString()!, error.GetProperty("message").GetString()!))];
    }

    // Of the parameters, those that the query has a placeholder for.
    private static string Only(string query, string parameters) => JsonSerializer.Serialize(
        JsonDocument.Parse(parameters).RootElement.EnumerateObject()
            .Where(parameter => query.Contains($":{parameter.Name}", StringComparison.Ordinal))
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value));
}
