namespace OrgComparison.Facts;

/// <summary>Up to 200 records in one call.</summary>
internal static class CollectionFacts
{
    private const string NoAccount = "001000000000000AAA";

    public static IReadOnlyList<Fact> All { get; } =
    [
        new("each record of a create has a result of its own, and the status is 200", async run =>
            run.Observe("create", await run.SendAsync("POST", "composite/sobjects", Records(Account(Named(run, "one")), Account("\"Phone\":\"1\""), Account(Named(run, "two") + ",\"foo\":1"))))),
        new("all or none rolls back what worked, and says so", async run =>
            run.Observe("create", await run.SendAsync("POST", "composite/sobjects", Records(Account(Named(run, "three")), Account("\"Phone\":\"1\"")).Replace("{\"records\"", "{\"allOrNone\":true,\"records\"", StringComparison.Ordinal)))),
        new("records are updated, and one without an id is not", async run =>
        {
            var id = await run.MakeAsync("Account", "four");
            run.Observe("update", await run.SendAsync("PATCH", "composite/sobjects", Records(
                Account($"\"id\":\"{id}\",\"Phone\":\"1\""), Account("\"Phone\":\"2\""), Account($"\"id\":\"{NoAccount}\",\"Phone\":\"3\""))));
        }),
        new("records are read in the order asked for, null for those that are not there", async run =>
        {
            var id = await run.MakeAsync("Account", "five", "\"Phone\":\"5\"");
            run.Observe("read", await run.SendAsync("POST", "composite/sobjects/Account", $$"""{"ids":["{{NoAccount}}","{{id}}"],"fields":["Phone"]}"""));
            run.ObserveCode("a field that does not exist", await run.SendAsync("POST", "composite/sobjects/Account", $$"""{"ids":["{{id}}"],"fields":["Nonsense"]}"""));
        }),
        new("records are deleted, each with a result", async run =>
        {
            var id = await run.MakeAsync("Account", "six");
            run.Observe("delete", await run.SendAsync("DELETE", $"composite/sobjects?ids={id},{NoAccount}"));
            run.Observe("delete again", await run.SendAsync("DELETE", $"composite/sobjects?ids={id}"));
        }),
        new("records are deleted all or none", async run =>
        {
            var id = await run.MakeAsync("Account", "seven");
            run.Observe("delete", await run.SendAsync("DELETE", $"composite/sobjects?ids={id},{NoAccount}&allOrNone=true"));
            run.Observe("read: status", $"{(await run.SendAsync("GET", $"sobjects/Account/{id}?fields=Name")).Status}");
        }),
        new("more than 200 records, and more than ten changes of sObject, are refused", async run =>
        {
            run.ObserveCode("records", await run.SendAsync("POST", "composite/sobjects", Records([.. Enumerable.Repeat(Account(""), 201)])));
            run.ObserveCode("changes", await run.SendAsync("POST", "composite/sobjects", Records(
                [.. Enumerable.Range(0, 11).Select(i => $$$"""{"attributes":{"type":"{{{(i % 2 == 0 ? "Account" : "Contact")}}}"}}""")])));
        }),
        new("a record without a type is refused", async run =>
            run.ObserveCode("answer", await run.SendAsync("POST", "composite/sobjects", $$"""{"records":[{ {{Named(run, "untyped")}} }]}"""))),
    ];

    private static string Records(params string[] records) => $$"""{"records":[{{string.Join(',', records)}}]}""";

    private static string Account(string members) =>
        $$"""{"attributes":{"type":"Account"}{{(members.Length > 0 ? "," : "")}}{{members}}}""";

    private static string Named(FactRun run, string name) => $"\"Name\":\"{run.Name(name)}\"";
}
