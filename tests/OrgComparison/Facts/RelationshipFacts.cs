namespace OrgComparison.Facts;

/// <summary>Records by way of another record.</summary>
internal static class RelationshipFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a to-one relationship gives the record, over several levels too", async run =>
        {
            var (_, contact) = await FamilyAsync(run);
            run.Observe("one level", await run.SendAsync("GET", $"sobjects/Contact/{contact}/Account?fields=Name,Phone"));
            run.Observe("two levels", await run.SendAsync("GET", $"sobjects/Contact/{contact}/Account/Parent?fields=Name"));
        }),
        new("a to-one relationship that leads to nothing is 404", async run =>
        {
            var (_, contact) = await FamilyAsync(run);
            run.Observe("answer", await run.SendAsync("GET", $"sobjects/Contact/{contact}/ReportsTo?fields=Name"));
        }),
        new("a to-many relationship gives a query result, an empty one too", async run =>
        {
            var (account, contact) = await FamilyAsync(run);
            run.Observe("contacts", await run.SendAsync("GET", $"sobjects/Account/{account}/Contacts?fields=LastName"));
            run.Observe("none", await run.SendAsync("GET", $"sobjects/Account/{account}/Opportunities?fields=Name"));
            run.Observe("of a parent", await run.SendAsync("GET", $"sobjects/Contact/{contact}/Account/Contacts?fields=LastName"));
        }),
        new("a relationship that does not exist, and a field that does not", async run =>
        {
            var (account, _) = await FamilyAsync(run);
            run.Observe("relationship", await run.SendAsync("GET", $"sobjects/Account/{account}/Nonsense"));
            run.Observe("field", await run.SendAsync("GET", $"sobjects/Account/{account}/Contacts?fields=Nonsense"));
            run.Observe("beyond a to-many one", await run.SendAsync("GET", $"sobjects/Account/{account}/Contacts/Account"));
        }),
        new("a record is changed by way of a to-one relationship", async run =>
        {
            var (account, contact) = await FamilyAsync(run);
            run.Observe("update", await run.SendAsync("PATCH", $"sobjects/Contact/{contact}/Account", """{"Phone":"42"}"""));
            run.Observe("read", await run.SendAsync("GET", $"sobjects/Account/{account}?fields=Phone"));
        }),
    ];

    /// <summary>An account with a parent, and its one contact.</summary>
    private static async Task<(string Account, string Contact)> FamilyAsync(FactRun run)
    {
        var parent = await run.MakeAsync("Account", "grandparent");
        var account = await run.MakeAsync("Account", "parent", $"\"ParentId\":\"{parent}\",\"Phone\":\"1\"");
        return (account, await run.MakeAsync("Contact", "child", $"\"AccountId\":\"{account}\""));
    }
}
