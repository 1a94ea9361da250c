using System.IO.Compression;
using System.Text;

namespace SalesforceSimulator.Tests;

public sealed class RecordTests
{
    private const string Express = "001Dn0000070000IAA";

    [Fact]
    public async Task A_record_is_created_read_changed_and_deleted()
    {
        await using var org = await OrgDriver.StartAsync();

        var created = await org.SendAsync("POST", "sobjects/Account", """{"Name":"Äpfel & Söhne","AnnualRevenue":1.10,"Active__c":true}""");
        created.Status.ShouldBe(201);
        created.Body.ShouldBe($$"""{"id":"{{created.Id}}","success":true,"errors":[]}""");
        created.Headers.Location!.ToString().ShouldBe($"{OrgDriver.Data}/sobjects/Account/{created.Id}");

        var read = await org.GetAsync($"sobjects/account/{created.Id[..15]}?fields=Name,AnnualRevenue,Owner.Email");
        read.Body.ShouldBe($$$"""
            {"attributes":{"type":"Account","url":"{{{OrgDriver.Data}}}/sobjects/Account/{{{created.Id}}}"},"Name":"Äpfel & Söhne","AnnualRevenue":1.10,"Owner":{"attributes":{"type":"User","url":"{{{OrgDriver.Data}}}/sobjects/User/005Dn0000070000IAA"},"Email":"irene.integration@example.com"},"Id":"{{{created.Id}}}"}
            """);

        (await org.SendAsync("PATCH", $"sobjects/Account/{created.Id}", """{"BillingCity":"Köln","AnnualRevenue":null}""")).Status.ShouldBe(204);
        var changed = await org.GetAsync($"sobjects/Account/{created.Id}");
        changed.Json.GetProperty("BillingCity").GetString().ShouldBe("Köln");
        changed.Json.GetProperty("AnnualRevenue").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        (await org.SendAsync("DELETE", $"sobjects/Account/{created.Id}", null)).Status.ShouldBe(204);
        (await org.GetAsync($"sobjects/Account/{created.Id}")).Error.ShouldBe("ENTITY_IS_DELETED: entity is deleted");
        org.Simulator.UnexpectedRequests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("POST", "Account", "{}", 400, "REQUIRED_FIELD_MISSING: Required fields are missing: [Name]")]
    [InlineData("POST", "Account", """{"Name":""}""", 400, "REQUIRED_FIELD_MISSING: Required fields are missing: [Name]")]
    [InlineData("POST", "Account", """{"Name":"A","foo":1}""", 400, "INVALID_FIELD: No such column 'foo' on sobject of type Account")]
    [InlineData("POST", "Account", """{"Name":"A","Id":"x"}""", 400, "INVALID_FIELD: The Id field should not be specified in the sobject data.")]
    [InlineData("POST", "Account", """{"Name":"A","External_Id__c":"acc-elt-12300"}""", 400, "DUPLICATE_VALUE: duplicate value found: External_Id__c duplicates value on record with id: 001Dn0000070000IAA")]
    [InlineData("POST", "Account", """{"Name":"A","BillingPostalCode":"123456789012345678901"}""", 400, "STRING_TOO_LONG: Billing Zip/Postal Code: data value too large: 123456789012345678901 (max length=20)")]
    [InlineData("POST", "Account", """{"Name":"A","OwnerId":"nobody"}""", 400, "MALFORMED_ID: Owner ID: id value of incorrect type: nobody")]
    [InlineData("POST", "Account", """{"Name":"A","OwnerId":"005Dn000007zzzz"}""", 400, "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id")]
    [InlineData("POST", "Account", """{"Name":7}""", 400, "JSON_PARSER_ERROR: Cannot deserialize instance of string from VALUE_NUMBER_INT value 7 or request may be missing a required field: Name")]
    [InlineData("POST", "Account", """{"Name":""", 400, "JSON_PARSER_ERROR: Unexpected character at [line:1, column:9]")]
    [InlineData("POST", "Account", "[]", 400, "JSON_PARSER_ERROR: The HTTP entity body is required to be an object, but it is of kind Array.")]
    [InlineData("POST", "Contact", """{"LastName":"A","Email":"nowhere"}""", 400, "INVALID_EMAIL_ADDRESS: Email: invalid email address: nowhere")]
    [InlineData("POST", "Nonsense", "{}", 404, "NOT_FOUND: The requested resource does not exist")]
    [InlineData("PATCH", $"Account/{Express}", """{"Name":null}""", 400, "REQUIRED_FIELD_MISSING: Required fields are missing: [Name]")]
    [InlineData("PATCH", $"Account/{Express}", """{"CreatedDate":"2024-01-01T00:00:00Z"}""", 400, "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.")]
    [InlineData("PATCH", "Account/001Dn000007zzzzAAA", "{}", 400, "MALFORMED_ID: Account ID: id value of incorrect type: 001Dn000007zzzzAAA")]
    [InlineData("PATCH", "Account/001Dn000007zzzz", "{}", 404, "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id")]
    [InlineData("DELETE", "Account/001Dn000007zzzz", null, 404, "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id")]
    [InlineData("GET", "Account/001Dn000007zzzz", null, 404, "NOT_FOUND: The requested resource does not exist")]
    [InlineData("GET", "Account/nonsense", null, 404, "NOT_FOUND: Provided external ID field does not exist or is not accessible: nonsense")]
    [InlineData("GET", "Account/003Dn0000070000IAA", null, 400, "MALFORMED_ID: Account ID: id value of incorrect type: 003Dn0000070000IAA")]
    public async Task A_refusal_has_Salesforces_status_code_and_words(string method, string path, string? json, int status, string error)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync(method, $"sobjects/{path}", json);

        (answer.Status, answer.Error).ShouldBe((status, error));
    }

    [Fact]
    public async Task Deleting_an_account_deletes_its_contacts()
    {
        await using var org = await OrgDriver.StartAsync();

        await org.SendAsync("DELETE", $"sobjects/Account/{Express}", null);

        (await org.QueryAsync("SELECT Name FROM Contact WHERE LastName = 'Levy'")).Column("Name").ShouldBeEmpty();
        (await org.QueryAsync("SELECT Name, IsDeleted FROM Contact WHERE LastName = 'Levy'", "queryAll")).Column("IsDeleted").ShouldBe(["True"]);
    }

    [Fact]
    public async Task A_reference_may_be_given_by_the_external_id_of_the_record_it_points_to()
    {
        await using var org = await OrgDriver.StartAsync();

        var created = await org.SendAsync("POST", "sobjects/Invoice__c", """{"Account__r":{"External_Id__c":"ACC-ELT-12300"},"Amount__c":5}""");

        (await org.GetAsync($"sobjects/Invoice__c/{created.Id}/Account__r?fields=Id")).Id().ShouldBe(Express);
        (await org.SendAsync("POST", "sobjects/Invoice__c", """{"Account__r":{"External_Id__c":"?"}}""")).Error
            .ShouldBe("INVALID_FIELD: Foreign key external ID: ? not found for field External_Id__c in entity Account");
    }

    [Fact]
    public async Task A_second_lead_with_the_same_email_is_a_duplicate_unless_the_caller_allows_it()
    {
        await using var org = await OrgDriver.StartAsync();
        const string Lead = """{"LastName":"Boxer","Company":"B","Email":"Bertha.Boxer@example.net"}""";

        var refused = await org.SendAsync("POST", "sobjects/Lead", Lead);

        refused.Error.ShouldBe("DUPLICATES_DETECTED: Use one of these records?");
        refused.Json[0].GetProperty("duplicateResut").GetProperty("matchResults")[0].GetProperty("matchRecords")[0]
            .GetProperty("record").GetProperty("Id").GetString().ShouldBe("00QDn0000070000MAA");
        (await org.SendAsync("POST", "sobjects/Lead", Lead, ("Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=true"))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Accounts_serve_conditional_requests()
    {
        await using var org = await OrgDriver.StartAsync();
        var path = $"sobjects/Account/{Express}";
        var tag = (await org.GetAsync(path)).Headers.ETag!.ToString();

        (await org.GetAsync(path, ("If-None-Match", tag))).Status.ShouldBe(304);
        (await org.SendAsync("PATCH", path, "{}", ("If-None-Match", tag))).Status.ShouldBe(412);
        (await org.SendAsync("PATCH", path, """{"Phone":"1"}""", ("If-Match", tag))).Status.ShouldBe(204);
        (await org.SendAsync("PATCH", path, """{"Phone":"2"}""", ("If-Match", tag))).Status.ShouldBe(412);
        (await org.GetAsync("sobjects/Contact/003Dn0000070000IAA")).Headers.ETag.ShouldBeNull();
    }

    [Fact]
    public async Task Bodies_are_compressed_both_ways()
    {
        await using var org = await OrgDriver.StartAsync();
        using var body = new MemoryStream();
        await using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"Name":"Compressed"}"""u8.ToArray(), TestContext.Current.CancellationToken);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, $"{OrgDriver.Data}/sobjects/Account") { Content = new ByteArrayContent(body.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await org.Http.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var reply = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(reply, Encoding.UTF8);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("\"success\":true");
        org.Simulator.Requests[^1].Body.ShouldBe("""{"Name":"Compressed"}""");
    }
}

internal static class AnswerExtensions
{
    /// <summary>The id of a record, which is written with a capital, unlike that of a save.</summary>
    public static string Id(this Answer answer) => answer.Json.GetProperty("Id").GetString()!;
}
