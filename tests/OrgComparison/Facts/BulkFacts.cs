using System.Text.Json;

namespace OrgComparison.Facts;

/// <summary>Jobs of Bulk API 2.0.</summary>
internal static class BulkFacts
{
    private const string Ingest = "jobs/ingest";
    private const string Query = "jobs/query";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);

    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a job is created open, with what it does not name by default", async run =>
        {
            var created = await CreateAsync(run, "Account", "insert");
            run.Observe("create", created);
            await DropAsync(run, created);
        }),
        new("a job that cannot be is refused", async run =>
        {
            run.Observe("sObject", await run.SendAsync("POST", Ingest, """{"object":"Nonsense","operation":"insert"}"""));
            run.Observe("operation", await run.SendAsync("POST", Ingest, """{"object":"Account","operation":"nonsense"}"""));
            run.Observe("external id", await run.SendAsync("POST", Ingest, """{"object":"Account","operation":"upsert","externalIdFieldName":"Nonsense"}"""));
            run.Observe("delimiter", await run.SendAsync("POST", Ingest, """{"object":"Account","operation":"insert","columnDelimiter":"NONSENSE"}"""));
            run.Observe("no job", await run.SendAsync("GET", $"{Ingest}/750000000000000AAA"));
        }),
        new("a job takes one upload, and none once it is closed", async run =>
        {
            var id = Id(await CreateAsync(run, "Account", "insert"));
            run.Observe("upload", await UploadAsync(run, id, $"Name\n{run.Name("bulk upload")}\n"));
            run.Observe("upload again", await UploadAsync(run, id, $"Name\n{run.Name("bulk upload")}\n"));
            run.Observe("abort", await ChangeAsync(run, Ingest, id, "Aborted"));
            run.Observe("upload late", await UploadAsync(run, id, $"Name\n{run.Name("bulk upload")}\n"));
            run.Observe("abort again", await ChangeAsync(run, Ingest, id, "Aborted"));
            run.Observe("delete", await run.SendAsync("DELETE", $"{Ingest}/{id}"));
            run.Observe("read", await run.SendAsync("GET", $"{Ingest}/{id}"));
        }),
        new("results are CSV, with id and error of each row, and its own columns", async run =>
        {
            var job = await RunAsync(run, "insert", $"Name,Phone,NumberOfEmployees\n{run.Name("bulk one")},\"a\"\"b\",1\n,2,\n{run.Name("bulk three")},3,many\n");
            run.Observe("state", job.GetProperty("state").GetString()!);
            run.Observe("processed", job.GetProperty("numberRecordsProcessed").GetRawText());
            run.Observe("failed", job.GetProperty("numberRecordsFailed").GetRawText());
            foreach (var results in (string[])["successfulResults", "failedResults", "unprocessedrecords"])
            {
                var answer = await run.SendAsync("GET", $"{Ingest}/{job.GetProperty("id").GetString()}/{results}");
                run.Observe(results, answer with { Body = string.Join('\n', answer.Body.Split('\n').Order(StringComparer.Ordinal)) });
            }

            run.Observe("abort", await ChangeAsync(run, Ingest, job.GetProperty("id").GetString()!, "Aborted"));
        }),
        new("a job fails before its first row if its file cannot be read", async run =>
        {
            foreach (var (what, csv) in new[]
            {
                ("line ending", "Name\r\nX\r\n"), ("line ending in a value", "Name,Description\nX,\"a\r\nb\"\n"), ("column", "Name,Nonsense\nX,1\n"),
                ("quote", "Name\nX\"Y\n"), ("open quote", "Name\n\"X\n"), ("values", "Name,Phone\nX\n"), ("byte order mark", "\uFEFF\"Name\"\nX\n"),
            })
            {
                var job = await RunAsync(run, "insert", csv);
                run.Observe($"{what}: state", job.GetProperty("state").GetString()!);
                run.Observe($"{what}: message", job.TryGetProperty("errorMessage", out var message) ? message.GetString()! : "(none)");
            }
        }),
        new("a carriage return alone is part of a value", async run =>
        {
            var job = await RunAsync(run, "insert", $"Name,Description\n{run.Name("bulk return")},\"a\rb\"\n");
            run.Observe("state", job.GetProperty("state").GetString()!);
            var stored = await run.QueryAsync($"SELECT Description FROM Account WHERE Name = '{run.Name("bulk return")}'");
            run.Observe("value", stored.Json.GetProperty("records")[0].GetProperty("Description").GetRawText());
        }),
        new("a delete has only ids, and says which were not there", async run =>
        {
            var id = await run.MakeAsync("Account", "bulk delete");
            run.Observe("columns", (await RunAsync(run, "delete", $"Id,Name\n{id},X\n")).GetProperty("errorMessage").GetString()!);
            run.Observe("deleted", (await RunAsync(run, "delete", $"Id\n{id}\n")).GetProperty("numberRecordsFailed").GetRawText());
            var again = await RunAsync(run, "delete", $"Id\n{id}\n");
            run.Observe("deleted again", await run.SendAsync("GET", $"{Ingest}/{again.GetProperty("id").GetString()}/failedResults"));
        }),
        new("a query's results are CSV in pages", async run =>
        {
            await run.MakeAsync("Account", "bulk query 1", "\"Phone\":\"a\\\"b\"");
            await run.MakeAsync("Account", "bulk query 2");
            var id = await QueryAsync(run, $"SELECT Id, Name, Phone, CreatedDate, IsDeleted FROM Account WHERE Name LIKE '{run.Name("bulk query")}%'");
            var first = await run.SendAsync("GET", $"{Query}/{id}/results?maxRecords=1");
            run.Observe("page", first, "Sforce-NumberOfRecords", "Sforce-Locator");
            run.Observe("last page", await run.SendAsync("GET", $"{Query}/{id}/results?maxRecords=1&locator={first.Headers["Sforce-Locator"]}"), "Sforce-NumberOfRecords", "Sforce-Locator");
            run.Observe("delete", await run.SendAsync("DELETE", $"{Query}/{id}"));
        }),
        new("the results of a query that finds nothing", async run =>
        {
            var id = await QueryAsync(run, $"SELECT Id, Name FROM Account WHERE Name = '{run.Name("bulk nobody")}'");
            run.Observe("results", await run.SendAsync("GET", $"{Query}/{id}/results"), "Sforce-NumberOfRecords", "Sforce-Locator");
        }),
        new("what bulk does not query is refused", async run =>
        {
            foreach (var soql in (string[])
            [
                "SELECT COUNT() FROM Account", "SELECT Industry FROM Account GROUP BY Industry", "SELECT Id FROM Account LIMIT 5 OFFSET 5",
                "SELECT FIELDS(ALL) FROM Account LIMIT 5", "SELECT Id, (SELECT Id FROM Contacts) FROM Account", "SELECT VersionData FROM ContentVersion",
                "SELECT Nonsense FROM Account", "SELECT Id FROM Nonsense", "SELECT FROM",
            ])
            {
                run.Observe(soql, await run.SendAsync("POST", Query, $$"""{"operation":"query","query":"{{soql}}"}"""));
            }
        }),
    ];

    private static string Id(Answer job) => job.Json.GetProperty("id").GetString()!;

    private static Task<Answer> CreateAsync(FactRun run, string type, string operation) =>
        run.SendAsync("POST", Ingest, $$"""{"object":"{{type}}","operation":"{{operation}}"}""");

    private static Task<Answer> UploadAsync(FactRun run, string id, string csv) =>
        run.SendAsync("PUT", $"{Ingest}/{id}/batches", csv, ("Content-Type", "text/csv"));

    private static Task<Answer> ChangeAsync(FactRun run, string kind, string id, string state) =>
        run.SendAsync("PATCH", $"{kind}/{id}", $$"""{"state":"{{state}}"}""");

    private static async Task DropAsync(FactRun run, Answer created)
    {
        await ChangeAsync(run, Ingest, Id(created), "Aborted");
        await run.SendAsync("DELETE", $"{Ingest}/{Id(created)}");
    }

    private static async Task<JsonElement> RunAsync(FactRun run, string operation, string csv)
    {
        var id = Id(await CreateAsync(run, "Account", operation));
        await UploadAsync(run, id, csv);
        await ChangeAsync(run, Ingest, id, "UploadComplete");
        return await EndAsync(run, Ingest, id);
    }

    private static async Task<string> QueryAsync(FactRun run, string soql)
    {
        var id = Id(await run.SendAsync("POST", Query, $$"""{"operation":"query","query":"{{soql}}"}"""));
        await EndAsync(run, Query, id);
        return id;
    }

    private static async Task<JsonElement> EndAsync(FactRun run, string kind, string id)
    {
        while (true)
        {
            var job = (await run.SendAsync("GET", $"{kind}/{id}")).Json;
            if (job.GetProperty("state").GetString() is "JobComplete" or "Failed" or "Aborted")
            {
                return job;
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, run.Cancellation);
        }
    }
}
