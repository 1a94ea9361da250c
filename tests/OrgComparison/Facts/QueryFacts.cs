using System.Text.Json;

namespace OrgComparison.Facts;

/// <summary>SOQL and SOSL: results, their pages, and what is refused.</summary>
internal static class QueryFacts
{
    private const int ManyContacts = 250;

    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a query's result has totalSize, done and records, in this order", async run =>
        {
            await run.MakeAsync("Account", "query", "\"NumberOfEmployees\":7");
            run.Observe("one", await run.QueryAsync($"SELECT Id, Name, NumberOfEmployees, CreatedDate FROM Account WHERE Name = '{run.Name("query")}'"));
            run.Observe("none", await run.QueryAsync($"SELECT Id FROM Account WHERE Name = '{run.Name("nobody")}'"));
        }),
        new("counts and aggregates have the form that the connector passes on", async run =>
        {
            await run.MakeAsync("Account", "aggregate", "\"NumberOfEmployees\":7");
            var where = $"WHERE Name = '{run.Name("aggregate")}'";
            run.Observe("COUNT()", await run.QueryAsync($"SELECT COUNT() FROM Account {where}"));
            run.Observe("unnamed", await run.QueryAsync($"SELECT COUNT(Id), MAX(NumberOfEmployees) FROM Account {where}"));
            run.Observe("named", await run.QueryAsync($"SELECT Name, SUM(NumberOfEmployees) total FROM Account {where} GROUP BY Name"));
        }),
        new("parents and children are objects inside a record", async run =>
        {
            var account = await run.MakeAsync("Account", "family");
            await run.MakeAsync("Contact", "child", $"\"AccountId\":\"{account}\"");
            run.Observe("children", await run.QueryAsync($"SELECT Name, (SELECT LastName FROM Contacts), (SELECT Name FROM Opportunities) FROM Account WHERE Id = '{account}'"));
            run.Observe("parent", await run.QueryAsync($"SELECT LastName, Account.Name, ReportsTo.Name FROM Contact WHERE AccountId = '{account}'"));
        }),
        new("a long result comes in pages of the size asked for, 200 at least", async run =>
        {
            var soql = await ManyAsync(run);
            foreach (var size in (int[])[200, 1])
            {
                var first = await run.QueryAsync(soql, ("Sforce-Query-Options", $"batchSize={size}"));
                ObservePage(run, $"first page of {size}", first);
                var next = first.Json.GetProperty("nextRecordsUrl").GetString()!;
                run.Observe($"nextRecordsUrl of {size}", next);
                ObservePage(run, $"last page of {size}", await run.SendAsync("GET", next));
            }
        }),
        new("a page can be asked for twice, but not by another session", async run =>
        {
            var soql = await ManyAsync(run);
            var next = (await run.QueryAsync(soql, ("Sforce-Query-Options", "batchSize=200"))).Json.GetProperty("nextRecordsUrl").GetString()!;
            ObservePage(run, "once", await run.SendAsync("GET", next));
            ObservePage(run, "twice", await run.SendAsync("GET", next));
            await run.Org.LogInAsync(run.Cancellation);
            run.Observe("after a new login: status", $"{(await run.SendAsync("GET", next)).Status}");
        }),
        new("a cursor that is none is INVALID_QUERY_LOCATOR", async run => run.Observe("answer", await run.SendAsync("GET", "query/nonsense"))),
        new("queryAll finds what was deleted", async run =>
        {
            var id = await run.MakeAsync("Account", "deleted");
            await run.SendAsync("DELETE", $"sobjects/Account/{id}");
            var soql = $"SELECT Name, IsDeleted FROM Account WHERE Name = '{run.Name("deleted")}'";
            run.Observe("query", await run.QueryAsync(soql));
            run.Observe("queryAll", await run.SendAsync("GET", $"queryAll?q={Uri.EscapeDataString(soql)}"));
        }),
        new("text with quotes, backslashes and wildcards is found by its escapes", async run =>
        {
            await run.MakeAsync("Account", "100%_\\\\'\\\"");
            run.Observe("equal", await run.QueryAsync($"SELECT Name FROM Account WHERE Name = '{run.Name("100%_\\\\\\'\\\"")}'"));
            run.Observe("like", await run.QueryAsync($"SELECT Name FROM Account WHERE Name LIKE '{run.Name("100\\%\\_")}%'"));
            run.Observe("like no other", await run.QueryAsync($"SELECT Name FROM Account WHERE Name LIKE '{run.Name("1_0\\%x")}%'"));
        }),
        new("a query that is none, of no sObject, of no field", async run =>
        {
            run.ObserveCode("none", await run.QueryAsync("SELECT"));
            run.ObserveCode("no sObject", await run.QueryAsync("SELECT Id FROM Nonsense"));
            run.ObserveCode("no field", await run.QueryAsync("SELECT Nonsense FROM Account"));
            run.ObserveCode("a value of another type", await run.QueryAsync("SELECT Id FROM Account WHERE NumberOfEmployees = 'x'"));
        }),
        new("a search has searchRecords, and one that is none is MALFORMED_SEARCH", async run =>
        {
            run.Observe("nothing found", await run.SendAsync("GET", $"search?q={Uri.EscapeDataString($"FIND {{{run.Org.Marker.Split(' ')[1]}x}} IN NAME FIELDS RETURNING Account(Name)")}"));
            run.ObserveCode("none", await run.SendAsync("GET", $"search?q={Uri.EscapeDataString("FIND nothing")}"));
        }),
    ];

    /// <summary>Makes contacts, more than a page of 200.</summary>
    /// <returns>A query that finds them.</returns>
    private static async Task<string> ManyAsync(FactRun run)
    {
        var soql = $"SELECT Id FROM Contact WHERE LastName LIKE '{run.Name("many")}%'";
        if ((await run.QueryAsync(soql.Replace("SELECT Id", "SELECT COUNT()", StringComparison.Ordinal))).Json.GetProperty("totalSize").GetInt32() == ManyContacts)
        {
            return soql;
        }

        foreach (var chunk in Enumerable.Range(0, ManyContacts).Chunk(125))
        {
            var records = chunk.Select(i => $$$"""{"attributes":{"type":"Contact"},"LastName":"{{{run.Name($"many {i}")}}}"}""");
            var answer = await run.SendAsync(
                "POST", "composite/sobjects", $$"""{"allOrNone":true,"records":[{{string.Join(',', records)}}]}""", ("Sforce-Duplicate-Rule-Header", "allowSave=true"));
            if (answer.Status != 200 || !answer.Json.EnumerateArray().All(result => result.GetProperty("success").GetBoolean()))
            {
                throw new InvalidOperationException($"The contacts could not be made: {answer.Body}");
            }
        }

        return soql;
    }

    private static void ObservePage(FactRun run, string what, Answer page)
    {
        run.Observe($"{what}: status", $"{page.Status}");
        run.Observe($"{what}: members", page.Json.ValueKind == JsonValueKind.Object
            ? string.Join(", ", page.Json.EnumerateObject().Select(member => member.Name))
            : page.Body);
        run.Observe($"{what}: size", page.Json.ValueKind == JsonValueKind.Object
            ? $"{page.Json.GetProperty("records").GetArrayLength()} of {page.Json.GetProperty("totalSize")}, done {page.Json.GetProperty("done")}"
            : "(none)");
    }
}
