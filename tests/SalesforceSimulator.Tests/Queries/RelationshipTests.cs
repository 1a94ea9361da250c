namespace SalesforceSimulator.Tests;

public sealed class RelationshipTests
{
    private const string Express = "sobjects/Account/001Dn0000070000IAA";

    [Fact]
    public async Task To_one_gives_the_record_also_over_several_steps()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.GetAsync($"{Express}/Owner?fields=Name")).Json.GetProperty("Name").GetString().ShouldBe("Jonas Weber");
        (await org.GetAsync("sobjects/Contact/003Dn0000070000IAA/Account/Owner/Manager?fields=Name")).Json.GetProperty("Name").GetString().ShouldBe("Amara Okafor");
    }

    [Fact]
    public async Task To_many_gives_a_query_result_also_when_empty()
    {
        await using var org = await OrgDriver.StartAsync();

        var contacts = await org.GetAsync($"{Express}/Contacts?fields=LastName");
        contacts.Column("LastName").ShouldBe(["Levy", "Davis"]);
        contacts.Json.GetProperty("totalSize").GetInt32().ShouldBe(2);
        var none = await org.GetAsync($"{Express}/ChildAccounts");
        (none.Status, none.Body).ShouldBe((200, """{"totalSize":0,"done":true,"records":[]}"""));
        (await org.GetAsync("sobjects/Contact/003Dn0000070000IAA/Account/Invoices__r")).Column("Name").ShouldBe(["INV-0001", "INV-0002"]);
    }

    [Theory]
    [InlineData("Parent", 404, "NOT_FOUND")]
    [InlineData("Nonsense", 404, "NOT_FOUND")]
    [InlineData("Contacts/Account", 404, "NOT_FOUND")]
    [InlineData("Owner?fields=Nonsense", 400, "INVALID_FIELD")]
    [InlineData("Owner/Manager/Manager/Manager/Manager/Manager", 404, "NOT_FOUND")]
    public async Task What_leads_nowhere_is_refused(string path, int status, string code)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.GetAsync($"{Express}/{path}");

        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Fact]
    public async Task A_record_is_changed_and_deleted_through_to_one()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync("PATCH", "sobjects/Contact/003Dn0000070000IAA/Account", """{"Phone":"42"}""")).Status.ShouldBe(204);
        (await org.GetAsync($"{Express}?fields=Phone")).Json.GetProperty("Phone").GetString().ShouldBe("42");
        (await org.SendAsync("DELETE", "sobjects/Contact/003Dn0000070000IAA/Account", null)).Status.ShouldBe(204);
        (await org.GetAsync(Express)).Code.ShouldBe("ENTITY_IS_DELETED");
    }
}
