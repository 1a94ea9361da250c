namespace OrgComparison.Facts;

/// <summary>One record: created, read, changed, deleted, and the requests that depend on its state.</summary>
internal static class RecordFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a create is 201 with id, success and errors, and has its address in Location", async run =>
            run.Observe("create", await run.SendAsync("POST", "sobjects/Account", $$"""{"Name":"{{run.Name("create")}}"}"""), "Location")),
        new("a read has attributes first, then the fields in the order asked for, then the Id", async run =>
        {
            var id = await run.MakeAsync("Account", "read", "\"Phone\":\"1\",\"NumberOfEmployees\":7");
            run.Observe("read", await run.SendAsync("GET", $"sobjects/Account/{id}?fields=Phone,NumberOfEmployees,BillingCity,CreatedDate"));
            run.Observe("by fifteen characters", await run.SendAsync("GET", $"sobjects/Account/{id[..15]}?fields=Phone"));
            run.Observe("in lower case", await run.SendAsync("GET", $"sobjects/account/{id}?fields=phone"));
        }),
        new("an update is 204 without a body, and null clears a field", async run =>
        {
            var id = await run.MakeAsync("Account", "update", "\"Phone\":\"1\"");
            run.Observe("update", await run.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Phone":null,"BillingCity":"Köln"}"""));
            run.Observe("read", await run.SendAsync("GET", $"sobjects/Account/{id}?fields=Phone,BillingCity"));
        }),
        new("a delete is 204; what is deleted is not there for reads, updates and deletes", async run =>
        {
            var id = await run.MakeAsync("Account", "delete");
            run.Observe("delete", await run.SendAsync("DELETE", $"sobjects/Account/{id}"));
            run.Observe("read", await run.SendAsync("GET", $"sobjects/Account/{id}?fields=Name"));
            run.Observe("update", await run.SendAsync("PATCH", $"sobjects/Account/{id}", """{"Phone":"1"}"""));
            run.Observe("delete again", await run.SendAsync("DELETE", $"sobjects/Account/{id}"));
        }),
        new("accounts have an ETag and serve conditional requests; contacts have none", async run =>
        {
            var path = $"sobjects/Account/{await run.MakeAsync("Account", "etag")}";
            var tag = (await run.SendAsync("GET", path)).Headers.GetValueOrDefault("ETag");
            run.Observe("ETag of an account", tag is null ? "(none)" : "there");
            tag ??= "\"none\"";
            run.Observe("If-None-Match, read: status", $"{(await run.SendAsync("GET", path, null, ("If-None-Match", tag))).Status}");
            run.Observe("If-None-Match, update: status", $"{(await run.SendAsync("PATCH", path, "{}", ("If-None-Match", tag))).Status}");
            run.Observe("If-Match, update: status", $"{(await run.SendAsync("PATCH", path, """{"Phone":"1"}""", ("If-Match", tag))).Status}");
            run.Observe("If-Match of old, update: status", $"{(await run.SendAsync("PATCH", path, """{"Phone":"2"}""", ("If-Match", tag))).Status}");
            var contact = await run.MakeAsync("Contact", "etag");
            run.Observe("ETag of a contact", (await run.SendAsync("GET", $"sobjects/Contact/{contact}")).Headers.ContainsKey("ETag") ? "there" : "(none)");
        }),
        new("a record that has not changed since is 304 without a body", async run =>
        {
            var path = $"sobjects/Account/{await run.MakeAsync("Account", "since")}?fields=Name";
            run.Observe("since tomorrow", await run.SendAsync("GET", path, null, ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")));
            run.Observe("since long ago: status", $"{(await run.SendAsync("GET", path, null, ("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"))).Status}");
        }),
        new("an upsert by Id changes, and a POST to Id creates", async run =>
        {
            var id = await run.MakeAsync("Account", "by id");
            run.Observe("upsert", await run.SendAsync("PATCH", $"sobjects/Account/Id/{id}", """{"Phone":"1"}"""));
            run.Observe("create", await run.SendAsync("POST", "sobjects/Account/Id", $$"""{"Name":"{{run.Name("by id, new")}}"}"""));
        }),
        new("deleting an account deletes its contacts", async run =>
        {
            var account = await run.MakeAsync("Account", "parent");
            var contact = await run.MakeAsync("Contact", "child", $"\"AccountId\":\"{account}\"");
            await run.SendAsync("DELETE", $"sobjects/Account/{account}");
            run.Observe("child", await run.SendAsync("GET", $"sobjects/Contact/{contact}?fields=LastName"));
        }),
        new("a duplicate that a rule finds is DUPLICATES_DETECTED with what it duplicates, unless the caller allows it", async run =>
        {
            // Of leads, as a new org has a rule for them.
            string Lead(string name) => $$"""{"LastName":"{{run.Name(name)}}","Company":"{{run.Name("company")}}","Email":"{{run.Org.Marker.Replace(' ', '.')}}@example.com"}""";
            await run.SendAsync("POST", "sobjects/Lead", Lead("duplicate"));
            var refused = await run.SendAsync("POST", "sobjects/Lead", Lead("duplicate"));
            run.ObserveCode("again", refused);
            run.Observe("members", refused.Status == 400 ? string.Join(", ", refused.Json[0].EnumerateObject().Select(member => member.Name)) : refused.Body);
            if (refused.Status == 400 && refused.Json[0].TryGetProperty("duplicateResut", out var found))
            {
                run.Observe("matches", $"{found.GetProperty("matchResults")[0].GetProperty("matchRecords")[0].GetProperty("record").GetProperty("attributes")}");
            }

            run.Observe("allowed: status", $"{(await run.SendAsync("POST", "sobjects/Lead", Lead("duplicate"), ("Sforce-Duplicate-Rule-Header", "allowSave=true"))).Status}");
        }),
        new("replies are compressed if the caller takes gzip", async run =>
        {
            var answer = await run.SendAsync("GET", "sobjects/Account/describe", null, ("Accept-Encoding", "gzip"));
            run.Observe("Content-Encoding", answer.Headers.GetValueOrDefault("Content-Encoding", "(none)"));
        }),
        new("Sforce-Auto-Assign and Sforce-Duplicate-Rule-Header are taken", async run =>
            run.Observe(
                "create",
                await run.SendAsync(
                    "POST", "sobjects/Account", $$"""{"Name":"{{run.Name("headers")}}"}""",
                    ("Sforce-Auto-Assign", "FALSE"),
                    ("Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=false")))),
    ];
}
