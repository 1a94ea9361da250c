namespace OrgComparison.Facts;

/// <summary>What Salesforce refuses, with which status, code and words.</summary>
internal static class ErrorFacts
{
    // Ids that have the form of one and belong to nobody.
    private const string NoAccount = "001000000000000AAA";
    private const string NoContact = "003000000000000AAA";

    public static IReadOnlyList<Fact> All { get; } =
    [
        Refused("a required field that is missing", "POST", "sobjects/Account", "{}"),
        Refused("a required field that is empty", "POST", "sobjects/Account", """{"Name":""}"""),
        Refused("a field that does not exist", "POST", "sobjects/Account", """{"Name":"MARKER","foo":1}"""),
        Refused("an Id in the body of a create", "POST", "sobjects/Account", $$"""{"Name":"MARKER","Id":"{{NoAccount}}"}"""),
        Refused("a value that is too long", "POST", "sobjects/Account", """{"Name":"MARKER","BillingPostalCode":"123456789012345678901"}"""),
        Refused("a reference that is no id", "POST", "sobjects/Account", """{"Name":"MARKER","ParentId":"nobody"}"""),
        Refused("a reference to no record", "POST", "sobjects/Account", $$"""{"Name":"MARKER","ParentId":"{{NoAccount}}"}"""),
        Refused("a reference to a record of another sObject", "POST", "sobjects/Account", $$"""{"Name":"MARKER","ParentId":"{{NoContact}}"}"""),
        Refused("a number for text", "POST", "sobjects/Account", """{"Name":7}"""),
        Refused("text for a number", "POST", "sobjects/Account", """{"Name":"MARKER","NumberOfEmployees":"many"}"""),
        Refused("an email address that is none", "POST", "sobjects/Contact", """{"LastName":"MARKER","Email":"nowhere"}"""),
        Refused("a field that cannot be written", "POST", "sobjects/Account", """{"Name":"MARKER","CreatedDate":"2024-01-01T00:00:00Z"}"""),
        Refused("half of a JSON text", "POST", "sobjects/Account", """{"Name":"MARKER" """.TrimEnd()),
        Refused("an array as the body", "POST", "sobjects/Account", "[]"),
        Refused("an sObject that does not exist", "POST", "sobjects/Nonsense__c", "{}"),
        Refused("a read of no record", "GET", $"sobjects/Account/{NoAccount}?fields=Name"),
        Refused("a read of text in the place of an id", "GET", "sobjects/Account/nonsense"),
        Refused("a read of an id of another sObject", "GET", $"sobjects/Account/{NoContact}?fields=Name"),
        Refused("a read of a field that does not exist", "GET", $"sobjects/Account/{NoAccount}?fields=Nonsense"),
        Refused("an update of no record", "PATCH", $"sobjects/Account/{NoAccount}", """{"Phone":"1"}"""),
        Refused("an update of an id of another sObject", "PATCH", $"sobjects/Account/{NoContact}", """{"Phone":"1"}"""),
        Refused("a delete of no record", "DELETE", $"sobjects/Account/{NoAccount}"),
        Refused("a resource that does not exist", "GET", "nonsense"),
        Refused("a method that the resource does not have", "PUT", "sobjects/Account", "{}"),
        new("a body that is no JSON by its type is refused", async run =>
            run.ObserveCode("answer", await run.SendAsync("POST", "sobjects/Account", "x", ("Content-Type", "text/plain")))),
        new("a URL of more than 16,384 bytes is refused", async run =>
        {
            var answer = await run.QueryAsync($"SELECT Id FROM Account WHERE Name = '{new string('x', 17_000)}'");
            run.Observe("status", $"{answer.Status}");
        }),
        new("a version that was retired, one that does not exist, and the oldest one that works", async run =>
        {
            run.ObserveCode("20.0", await run.SendAsync("GET", "/services/data/v20.0/limits"));
            run.ObserveCode("99.0", await run.SendAsync("GET", "/services/data/v99.0/limits"));
            run.Observe("31.0: status", $"{(await run.SendAsync("GET", "/services/data/v31.0/limits")).Status}");
        }),
    ];

    private static Fact Refused(string what, string method, string path, string? body = null) =>
        new($"refused: {what}", async run =>
            run.Observe("answer", await run.SendAsync(method, path, body?.Replace("MARKER", run.Name("refused"), StringComparison.Ordinal))));
}
