namespace SalesforceSimulator.Tests;

public sealed class ExternalIdTests
{
    [Fact]
    public async Task An_upsert_creates_then_changes()
    {
        await using var org = await OrgDriver.StartAsync();
        const string Path = "sobjects/Account/External_Id__c/new%2F1%20%C3%BC";

        var created = await org.SendAsync("PATCH", Path, """{"Name":"New"}""");
        var changed = await org.SendAsync("PATCH", Path, """{"Name":"Newer"}""");

        (created.Status, created.Body).ShouldBe((201, $$"""{"id":"{{created.Id}}","success":true,"errors":[],"created":true}"""));
        (changed.Status, changed.Body).ShouldBe((200, $$"""{"id":"{{created.Id}}","success":true,"errors":[],"created":false}"""));
        var read = await org.GetAsync($"{Path}?fields=Name,External_Id__c");
        read.Json.GetProperty("External_Id__c").GetString().ShouldBe("new/1 ü");
        (await org.SendAsync("DELETE", Path, null)).Status.ShouldBe(204);
        (await org.GetAsync(Path)).Error.ShouldBe("NOT_FOUND: The requested resource does not exist");
    }

    [Fact]
    public async Task An_upsert_that_may_only_update_creates_nothing()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/none?updateOnly=true", """{"Name":"X"}""");

        (answer.Status, answer.Code).ShouldBe((404, "NOT_FOUND"));
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_value_of_several_records_answers_300_with_their_paths(string method)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync(method, "sobjects/Account/Legacy_Code__c/SHARED", method == "PATCH" ? "{}" : null);

        answer.Status.ShouldBe(300);
        answer.Body.ShouldBe($"""["{OrgDriver.Data}/sobjects/Account/001Dn000007000AIAQ","{OrgDriver.Data}/sobjects/Account/001Dn000007000BIAQ"]""");
    }

    [Fact]
    public async Task The_field_of_the_path_must_not_be_in_the_body()
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/a", """{"Name":"X","external_id__C":"a"}""");

        (answer.Status, answer.Code).ShouldBe((400, "INVALID_FIELD"));
    }

    [Fact]
    public async Task A_value_that_ends_like_a_file_is_not_found()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/someone@example.inc", """{"Name":"X"}""")).Status.ShouldBe(404);
        (await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/someone@example.com", """{"Name":"X"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task An_upsert_by_Id_changes_and_a_post_to_Id_creates()
    {
        await using var org = await OrgDriver.StartAsync();

        var changed = await org.SendAsync("PATCH", "sobjects/Account/Id/001Dn0000070000IAA", """{"Phone":"1"}""");
        var created = await org.SendAsync("POST", "sobjects/Account/Id", """{"Name":"New"}""");

        (changed.Status, created.Status).ShouldBe((200, 201));
        created.Json.GetProperty("created").GetBoolean().ShouldBeTrue();
    }
}
