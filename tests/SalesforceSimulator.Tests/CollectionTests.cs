namespace SalesforceSimulator.Tests;

public sealed class CollectionTests
{
    private static string Records(params string[] records) => $$"""{"records":[{{string.Join(',', records)}}]}""";

    private static string Account(string members) => $$$"""{"attributes":{"type":"Account"},{{{members}}}}""";

    [Fact]
    public async Task Each_record_has_a_result_of_its_own()
    {
        await using var org = await OrgDriver.StartAsync();

        var created = await org.SendAsync("POST", "composite/sobjects", Records(Account("\"Name\":\"One\""), Account("\"Phone\":\"1\"")));

        created.Status.ShouldBe(200);
        created.Json[0].GetProperty("success").GetBoolean().ShouldBeTrue();
        created.Json[1].ToString().ShouldBe("""{"success":false,"errors":[{"message":"Required fields are missing: [Name]","statusCode":"REQUIRED_FIELD_MISSING","fields":["Name"]}]}""");
        org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Fact]
    public async Task All_or_none_rolls_back_what_worked()
    {
        await using var org = await OrgDriver.StartAsync();
        var body = Records(Account("\"Name\":\"One\""), Account("\"Phone\":\"1\""))[..^1] + ",\"allOrNone\":true}";

        var answer = await org.SendAsync("POST", "composite/sobjects", body);

        answer.Json.EnumerateArray().Select(result => result.GetProperty("errors")[0].GetProperty("statusCode").GetString())
            .ShouldBe(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }

    [Fact]
    public async Task Records_are_updated_upserted_retrieved_and_deleted()
    {
        await using var org = await OrgDriver.StartAsync();

        var updated = await org.SendAsync("PATCH", "composite/sobjects", Records(
            Account("\"id\":\"001Dn0000070000IAA\",\"Phone\":\"1\""), Account("\"Id\":\"001Dn0000070001IAA\",\"Phone\":\"2\""), Account("\"Phone\":\"3\"")));
        updated.Json.EnumerateArray().Select(result => result.GetProperty("success").GetBoolean()).ShouldBe([true, true, false]);

        var upserted = await org.SendAsync("PATCH", "composite/sobjects/Account/External_Id__c", Records(
            Account("\"External_Id__c\":\"ACC-ELT-12300\",\"Phone\":\"4\""), Account("\"External_Id__c\":\"new\",\"Name\":\"New\"")));
        upserted.Json.EnumerateArray().Select(result => result.GetProperty("created").GetBoolean()).ShouldBe([false, true]);
        var newId = upserted.Json[1].GetProperty("id").GetString();

        var retrieved = await org.SendAsync("POST", "composite/sobjects/Account", $$"""{"ids":["{{newId}}","001Dn000007zzzz","001Dn0000070000"],"fields":["Phone"]}""");
        retrieved.Json.EnumerateArray().Select(record => record.ValueKind == System.Text.Json.JsonValueKind.Null ? "none" : record.GetProperty("Phone").ToString())
            .ShouldBe(["", "none", "4"]);

        var deleted = await org.SendAsync("DELETE", $"composite/sobjects?ids={newId},003Dn0000070000IAA,{newId}", null);
        deleted.Json.EnumerateArray().Select(result => result.GetProperty("success").GetBoolean()).ShouldBe([true, true, false]);
        deleted.Json[2].GetProperty("errors")[0].GetProperty("statusCode").GetString().ShouldBe("ENTITY_IS_DELETED");
    }

    [Fact]
    public async Task Too_many_records_or_changes_of_type_are_refused()
    {
        await using var org = await OrgDriver.StartAsync();
        var many = Records([.. Enumerable.Repeat(Account("\"Name\":\"A\""), 201)]);
        var mixed = Records([.. Enumerable.Range(0, 11).Select(i => $$$"""{"attributes":{"type":"{{{(i % 2 == 0 ? "Account" : "Contact")}}}"}}""")]);

        (await org.SendAsync("POST", "composite/sobjects", many)).Status.ShouldBe(400);
        (await org.SendAsync("POST", "composite/sobjects", mixed)).Status.ShouldBe(400);
        org.Simulator.Stats.Records["Account"].ShouldBe(12);
    }
}
