namespace OrgComparison.Facts;

/// <summary>What an org says of itself.</summary>
internal static class MetadataFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("the limits have the day's API requests, as Max and Remaining", async run =>
        {
            var answer = await run.SendAsync("GET", "limits");
            run.Observe("status", $"{answer.Status}");
            run.Observe("DailyApiRequests", string.Join(", ", answer.Json.GetProperty("DailyApiRequests").EnumerateObject().Select(limit => $"{limit.Name} {limit.Value.ValueKind}")));
        }),
        new("the versions have label, url and version", async run =>
        {
            var answer = await run.SendAsync("GET", "/services/data", null, ("Accept", "application/json"));
            run.Observe("status", $"{answer.Status}");
            run.Observe("members", string.Join(", ", answer.Json[0].EnumerateObject().Select(member => member.Name)));
            run.Observe("url", string.Join(", ", answer.Json.EnumerateArray().Select(version => version.GetProperty("url").GetString()).Where(url => url == run.Data)));
        }),
        new("a description has the sObject's name, key prefix and fields", async run =>
        {
            var answer = await run.SendAsync("GET", "sobjects/Account/describe");
            run.Observe("status", $"{answer.Status}");
            foreach (var member in (string[])["name", "label", "labelPlural", "keyPrefix", "custom", "createable", "updateable", "deletable", "queryable", "searchable"])
            {
                run.Observe(member, answer.Json.TryGetProperty(member, out var value) ? value.ToString() : "(none)");
            }

            var name = answer.Json.GetProperty("fields").EnumerateArray().First(field => field.GetProperty("name").GetString() == "Name");
            foreach (var member in (string[])["type", "length", "nillable", "externalId", "unique", "createable", "updateable", "nameField", "soapType"])
            {
                run.Observe($"Name.{member}", name.TryGetProperty(member, out var value) ? value.ToString() : "(none)");
            }
        }),
        new("a description that has not changed since is 304", async run =>
        {
            var answer = await run.SendAsync("GET", "sobjects/Account/describe", null, ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"));
            run.Observe("status", $"{answer.Status}");
        }),
        new("a description of no sObject is 404", async run => run.Observe("answer", await run.SendAsync("GET", "sobjects/Nonsense__c/describe"))),
        new("the list of sObjects has encoding, maxBatchSize and sobjects", async run =>
        {
            var answer = await run.SendAsync("GET", "sobjects");
            run.Observe("status", $"{answer.Status}");
            run.Observe("members", string.Join(", ", answer.Json.EnumerateObject().Select(member => member.Name)));
            run.Observe("Account", string.Join(", ", answer.Json.GetProperty("sobjects").EnumerateArray().Where(type => type.GetProperty("name").GetString() == "Account").Select(type => type.GetProperty("keyPrefix").GetString())));
        }),
    ];
}
