namespace OrgComparison.Facts;

/// <summary>Several requests in one call.</summary>
internal static class CompositeFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a composite call is 200; each part has body, httpHeaders, httpStatusCode and referenceId", async run =>
            run.Observe("answer", await run.SendAsync("POST", "composite", Composite(
                Create(run, "one"),
                $$"""{"method":"GET","url":"{{run.Data}}/sobjects/Account/@{one.id}?fields=Phone","referenceId":"read"}""",
                $$$"""{"method":"PATCH","url":"{{{run.Data}}}/sobjects/Account/@{one.id}","referenceId":"change","body":{"Phone":"1"}}""")))),
        new("a part that refers to one that failed is halted", async run =>
            run.Observe("answer", await run.SendAsync("POST", "composite", Composite(
                $$$"""{"method":"POST","url":"{{{run.Data}}}/sobjects/Account","referenceId":"wrong","body":{}}""",
                $$"""{"method":"GET","url":"{{run.Data}}/sobjects/Account/@{wrong.id}","referenceId":"read"}""")))),
        new("all or none takes everything back; the other parts are halted", async run =>
            run.Observe("answer", await run.SendAsync("POST", "composite", Composite(
                Create(run, "two"),
                $$$"""{"method":"POST","url":"{{{run.Data}}}/sobjects/Account","referenceId":"wrong","body":{}}""",
                Create(run, "three")).Replace("{\"composite", "{\"allOrNone\":true,\"composite", StringComparison.Ordinal)))),
        new("a composite call without parts, without a referenceId, with one twice, with 26 parts is refused", async run =>
        {
            string Read(string id) => $$"""{"method":"GET","url":"{{run.Data}}/limits","referenceId":"{{id}}"}""";
            run.Observe("none", await run.SendAsync("POST", "composite", "{}"));
            run.Observe("no referenceId", await run.SendAsync("POST", "composite", Composite($$"""{"method":"GET","url":"{{run.Data}}/limits"}""")));
            run.Observe("one twice", await run.SendAsync("POST", "composite", Composite(Read("a"), Read("a"))));
            run.ObserveCode("26", await run.SendAsync("POST", "composite", Composite([.. Enumerable.Range(0, 26).Select(i => Read($"r{i}"))])));
        }),
        new("a query that is too long for a URL goes as a part", async run =>
        {
            var soql = $"SELECT Id FROM Account WHERE Name IN ('{run.Name("nobody")}',{string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"'{i}no'"))})";
            var answer = await run.SendAsync("POST", "composite", Composite($$"""{"method":"GET","url":"{{run.Data}}/query?q={{Uri.EscapeDataString(soql)}}","referenceId":"q"}"""));
            run.Observe("part: status", answer.Json.GetProperty("compositeResponse")[0].GetProperty("httpStatusCode").ToString());
        }),
        new("parts of a batch go on after one that failed, or are halted if asked to", async run =>
        {
            var requests = $$"""[{"method":"GET","url":"{{run.Data["/services/data/".Length..]}}/sobjects/Account/nonsense"},{"method":"GET","url":"{{run.Data["/services/data/".Length..]}}/query?q={{Uri.EscapeDataString("SELECT Id FROM Account LIMIT 0")}}"}]""";
            run.Observe("going on", await run.SendAsync("POST", "composite/batch", $$"""{"batchRequests":{{requests}}}"""));
            run.Observe("halting", await run.SendAsync("POST", "composite/batch", $$"""{"haltOnError":true,"batchRequests":{{requests}}}"""));
        }),
    ];

    private static string Composite(params string[] parts) => $$"""{"compositeRequest":[{{string.Join(',', parts)}}]}""";

    private static string Create(FactRun run, string id) =>
        $$$"""{"method":"POST","url":"{{{run.Data}}}/sobjects/Account","referenceId":"{{{id}}}","body":{"Name":"{{{run.Name(id)}}}"}}""";
}
