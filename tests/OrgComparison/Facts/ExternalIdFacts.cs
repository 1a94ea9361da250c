namespace OrgComparison.Facts;

/// <summary>Records by external id. They need fields that a new org has not.</summary>
internal static class ExternalIdFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("an upsert creates with 201, then changes with 200", async run =>
        {
            var path = PathOf(run, "a/1 ü");
            run.Observe("create", await run.SendAsync("PATCH", path, Named(run)));
            run.Observe("change", await run.SendAsync("PATCH", path, """{"Phone":"1"}"""));
            run.Observe("read", await run.SendAsync("GET", $"{path}?fields=Phone,{run.ExternalIdField}"));
            run.Observe("delete", await run.SendAsync("DELETE", path));
            run.Observe("delete again", await run.SendAsync("DELETE", path));
        }),
        new("an upsert with updateOnly creates nothing", async run =>
            run.Observe("answer", await run.SendAsync("PATCH", $"{PathOf(run, "none")}?updateOnly=true", Named(run)))),
        new("the external id must not be in the body", async run =>
            run.Observe("answer", await run.SendAsync("PATCH", PathOf(run, "b"), $$"""{"Name":"{{run.Name("x")}}","{{run.ExternalIdField}}":"b"}"""))),
        new("an external id that is there already is DUPLICATE_VALUE", async run =>
        {
            await run.SendAsync("PATCH", PathOf(run, "c"), Named(run));
            run.Observe("answer", await run.SendAsync(
                "POST", "sobjects/Account", $$"""{"Name":"{{run.Name("x")}}","{{run.ExternalIdField}}":"{{run.Name("c")}}"}"""));
        }),
        new("a value that ends like a file is 404", async run =>
            run.Observe("status", $"{(await run.SendAsync("PATCH", PathOf(run, "someone@example.inc"), Named(run))).Status}")),
        new("a value that ends in .json is a value", async run =>
        {
            run.Observe("status", $"{(await run.SendAsync("PATCH", PathOf(run, "order.json"), Named(run))).Status}");
            run.Observe("read", await run.SendAsync("GET", $"{PathOf(run, "order.json")}?fields={run.ExternalIdField}"));
        }),
        new("before v61 an upsert with updateOnly creates all the same", async run =>
            run.Observe("status", $"{(await run.SendAsync("PATCH", $"/services/data/v60.0/{PathOf(run, "old none")}?updateOnly=true", Named(run))).Status}")),
        new("before v58 a value that ends in .json is the value before it", async run =>
        {
            run.Observe("status", $"{(await run.SendAsync("PATCH", $"/services/data/v57.0/{PathOf(run, "old order.json")}", Named(run))).Status}");
            run.Observe("read", $"{(await run.SendAsync("GET", $"{PathOf(run, "old order")}?fields={run.ExternalIdField}")).Status}");
        }),
        new("a reference may be given by the external id of its record", async run =>
        {
            await run.SendAsync("PATCH", PathOf(run, "d"), Named(run));
            run.Observe("create", await run.SendAsync(
                "POST", "sobjects/Contact", $$$"""{"LastName":"{{{run.Name("child")}}}","Account":{"{{{run.ExternalIdField}}}":"{{{run.Name("d")}}}"}}"""));
            run.Observe("of none", await run.SendAsync(
                "POST", "sobjects/Contact", $$$"""{"LastName":"{{{run.Name("child")}}}","Account":{"{{{run.ExternalIdField}}}":"{{{run.Name("none")}}}"}}"""));
        }),
        new("records of a collection are upserted by external id", async run =>
        {
            var body = $$$"""{"records":[{"attributes":{"type":"Account"},"Name":"{{{run.Name("e")}}}","{{{run.ExternalIdField}}}":"{{{run.Name("e")}}}"},{"attributes":{"type":"Account"},"Name":"{{{run.Name("f")}}}"}]}""";
            run.Observe("first", await run.SendAsync("PATCH", $"composite/sobjects/Account/{run.ExternalIdField}", body));
            run.Observe("second", await run.SendAsync("PATCH", $"composite/sobjects/Account/{run.ExternalIdField}", body));
        }),
        new("an external id of several records is 300 with their paths", async run =>
        {
            var value = run.Name("shared");
            await run.MakeAsync("Account", "one", $"\"{run.SharedExternalIdField}\":\"{value}\"");
            await run.MakeAsync("Account", "two", $"\"{run.SharedExternalIdField}\":\"{value}\"");
            var path = $"sobjects/Account/{run.SharedExternalIdField}/{Uri.EscapeDataString(value)}";
            foreach (var (method, body) in new (string, string?)[] { ("GET", null), ("PATCH", "{}"), ("DELETE", null) })
            {
                var answer = await run.SendAsync(method, path, body);
                run.Observe($"{method}: status", $"{answer.Status}");
                // In any order.
                run.Observe($"{method}: body", answer.Status == 300 ? $"{answer.Json.GetArrayLength()} such as {answer.Json[0]}" : answer.Body);
            }
        }),
    ];

    // The marker is part of the value, so that no record of anybody else's has it.
    private static string PathOf(FactRun run, string value) => $"sobjects/Account/{run.ExternalIdField}/{Uri.EscapeDataString(run.Name(value))}";

    private static string Named(FactRun run) => $$"""{"Name":"{{run.Name("by external id")}}"}""";
}
