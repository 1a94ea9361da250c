using System.Globalization;
using Avro.Generic;
using Microsoft.Extensions.Time.Testing;

namespace SalesforceSimulator.Tests.Events;

/// <summary>What is written to the org comes out as change events.</summary>
public sealed class ChangeEventTests
{
    private const string Accounts = "/data/AccountChangeEvent";

    [Fact]
    public async Task A_create_has_all_values_and_no_changed_fields()
    {
        await using var org = await PubSubDriver.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"Acme","BillingCity":"Berlin","AnnualRevenue":1250.5,"NumberOfEmployees":7,"Active__c":true}""");

        var payload = (await org.ReadAsync(Accounts, 1))[0];

        var header = HeaderOf(payload);
        header["entityName"].ShouldBe("Account");
        header["recordIds"].ShouldBe(new object[] { id });
        ((GenericEnum)header["changeType"]).Value.ShouldBe("CREATE");
        header["changeOrigin"].ShouldBe("com/salesforce/api/rest/67.0");
        header["sequenceNumber"].ShouldBe(1);
        header["commitUser"].ShouldBe(Org.UserId);
        ListOf(header, "changedFields").ShouldBeEmpty();
        ListOf(header, "nulledFields").ShouldBeEmpty();
        payload["Name"].ShouldBe("Acme");
        ((GenericRecord)payload["BillingAddress"])["City"].ShouldBe("Berlin");
        ((GenericRecord)payload["BillingAddress"])["Street"].ShouldBeNull();
        payload["AnnualRevenue"].ShouldBe(1250.5);
        payload["NumberOfEmployees"].ShouldBe(7);
        payload["Active__c"].ShouldBe(true);
        payload["Industry"].ShouldBeNull();
        payload["CreatedDate"].ShouldBe(payload["LastModifiedDate"]);
        ((long)header["commitTimestamp"] % 1000).ShouldBe(0);
    }

    [Fact]
    public async Task An_update_has_the_changed_values_alone_and_bitmaps_of_them()
    {
        await using var org = await PubSubDriver.StartAsync();
        var id = await org.CreateAsync("Account", """{"Name":"Acme","Phone":"1","BillingCity":"Berlin","BillingCountry":"Germany"}""");
        await org.UpdateAsync("Account", id, """{"Name":"Acme","Phone":null,"Industry":"Energy","BillingCity":"Bonn","BillingCountry":null}""");

        var payload = (await org.ReadAsync(Accounts, 2))[1];

        var header = HeaderOf(payload);
        ((GenericEnum)header["changeType"]).Value.ShouldBe("UPDATE");
        payload["Name"].ShouldBeNull();
        payload["Industry"].ShouldBe("Energy");
        ((GenericRecord)payload["BillingAddress"])["City"].ShouldBe("Bonn");

        // The position of each field in the schema, counted from the header, which is at 0.
        var phone = PositionOf(payload, "Phone");
        var changed = (1 << phone) | (1 << PositionOf(payload, "Industry")) | (1 << PositionOf(payload, "LastModifiedDate"));
        var address = PositionOf(payload, "BillingAddress");
        ListOf(header, "changedFields").ShouldBe([Bitmap(changed), $"{address}-0x12"]);
        ListOf(header, "nulledFields").ShouldBe([Bitmap(1 << phone), $"{address}-0x10"]);
        ListOf(header, "diffFields").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delete_takes_dependent_records_with_it_in_one_transaction_and_an_undelete_has_all_values()
    {
        await using var org = await PubSubDriver.StartAsync();
        var account = await org.CreateAsync("Account", """{"Name":"Acme"}""");
        var first = await org.CreateAsync("Contact", $$"""{"LastName":"One","FirstName":"A","AccountId":"{{account}}"}""");
        var second = await org.CreateAsync("Contact", $$"""{"LastName":"Two","AccountId":"{{account}}"}""");
        await org.DeleteAsync("Account", account);
        org.Events.Undelete(first);

        var events = await org.ReadAsync("/data/ChangeEvents", 6);

        events.Select(TypeOf).ShouldBe(["CREATE", "CREATE", "CREATE", "DELETE", "DELETE", "UNDELETE"]);
        var contacts = HeaderOf(events[3]);
        contacts["entityName"].ShouldBe("Contact");
        contacts["recordIds"].ShouldBe(new object[] { first, second });
        events[3]["Name"].ShouldBeNull();
        HeaderOf(events[4])["transactionKey"].ShouldBe(contacts["transactionKey"]);
        HeaderOf(events[4])["commitNumber"].ShouldBe(contacts["commitNumber"]);
        HeaderOf(events[4])["sequenceNumber"].ShouldBe(2);
        HeaderOf(events[5])["changeOrigin"].ShouldBe("");
        HeaderOf(events[5])["transactionKey"].ShouldNotBe(contacts["transactionKey"]);
        ((GenericRecord)events[5]["Name"])["FirstName"].ShouldBe("A");
    }

    [Fact]
    public async Task The_same_change_of_many_records_in_one_transaction_is_one_event()
    {
        await using var org = await PubSubDriver.StartAsync();
        var created = await org.Org.SendAsync("POST", "composite/sobjects", """
            {"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"One"},{"attributes":{"type":"Account"},"Name":"Two"},{"attributes":{"type":"Account"},"Name":"Three"}]}
            """);
        string[] ids = [.. created.Json.EnumerateArray().Select(result => result.GetProperty("id").GetString()!)];
        await org.Org.SendAsync("PATCH", "composite/sobjects", $$"""
            {"records":[{"attributes":{"type":"Account"},"id":"{{ids[0]}}","Industry":"Energy"},{"attributes":{"type":"Account"},"id":"{{ids[1]}}","Industry":"Apparel"},{"attributes":{"type":"Account"},"id":"{{ids[2]}}","Industry":"Energy"}]}
            """);

        var events = await org.ReadAsync(Accounts, 5);

        events.Take(3).Select(created => HeaderOf(created)["sequenceNumber"]).ShouldBe([1, 2, 3]);
        HeaderOf(events[3])["recordIds"].ShouldBe(new object[] { ids[0], ids[2] });
        events[3]["Industry"].ShouldBe("Energy");
        HeaderOf(events[4])["recordIds"].ShouldBe(new object[] { ids[1] });
    }

    [Fact]
    public async Task What_a_transaction_rolled_back_is_no_event()
    {
        await using var org = await PubSubDriver.StartAsync();
        var reply = await org.Org.SendAsync("POST", "composite/sobjects", """
            {"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"One"},{"attributes":{"type":"Account"}}]}
            """);
        reply.Status.ShouldBe(200);
        await org.CreateAsync("Account", """{"Name":"Two"}""");

        (await org.ReadAsync(Accounts, 1))[0]["Name"].ShouldBe("Two");
    }

    [Fact]
    public async Task A_client_that_names_itself_is_in_the_origin()
    {
        await using var org = await PubSubDriver.StartAsync();
        await org.CreateAsync("Account", """{"Name":"Acme"}""", ("Sforce-Call-Options", "client=connector/1, defaultNamespace=x"));

        HeaderOf((await org.ReadAsync(Accounts, 1))[0])["changeOrigin"].ShouldBe("com/salesforce/api/rest/67.0;client=connector/1");
    }

    [Fact]
    public async Task Rows_of_a_bulk_job_are_changes_of_the_bulk_API()
    {
        var time = new FakeTimeProvider();
        await using var org = await PubSubDriver.StartAsync(time);
        var job = (await org.Org.SendAsync("POST", "jobs/ingest", """{"object":"Account","operation":"insert"}""")).Id;
        var rows = new ByteArrayContent("Name\nOne\nTwo\n"u8.ToArray());
        rows.Headers.Add("Content-Type", "text/csv");
        (await org.Org.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"{OrgDriver.Data}/jobs/ingest/{job}/batches") { Content = rows })).Status.ShouldBe(201);
        await org.Org.SendAsync("PATCH", $"jobs/ingest/{job}", """{"state":"UploadComplete"}""");
        time.Advance(TimeSpan.FromMinutes(1));
        await org.Org.GetAsync($"jobs/ingest/{job}");

        var events = await org.ReadAsync(Accounts, 2);

        events.Select(created => created["Name"]).ShouldBe(["One", "Two"], ignoreOrder: true);
        HeaderOf(events[0])["changeOrigin"].ShouldBe("com/salesforce/api/bulkapi/67.0");
        HeaderOf(events[0])["transactionKey"].ShouldBe(HeaderOf(events[1])["transactionKey"]);
    }

    [Fact]
    public async Task A_small_change_of_a_long_text_is_sent_as_a_difference()
    {
        await using var org = await PubSubDriver.StartAsync();
        string[] lines = [.. Enumerable.Range(0, 40).Select(line => $"This is line {line} of a long description.")];
        var id = await org.CreateAsync("Account", $$"""{"Name":"Acme","Description":"{{string.Join("\\n", lines)}}"}""");
        lines[4] = "Another line.";
        await org.UpdateAsync("Account", id, $$"""{"Description":"{{string.Join("\\n", lines)}}"}""");

        var payload = (await org.ReadAsync(Accounts, 2))[1];

        var text = (string)payload["Description"];
        text.ShouldStartWith("--- \n+++ ");
        text[9..73].ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)))));
        text[73..].ShouldBe("\n@@ -5,1 +5,1 @@\n-This is line 4 of a long description.\n+Another line.");
        ListOf(HeaderOf(payload), "diffFields").ShouldBe([Bitmap(1 << PositionOf(payload, "Description"))]);
    }

    [Fact]
    public async Task Dates_and_times_are_milliseconds()
    {
        await using var org = await PubSubDriver.StartAsync();
        var account = await org.CreateAsync("Account", """{"Name":"Acme"}""");
        await org.CreateAsync("Invoice__c", $$"""{"Account__c":"{{account}}","Due_Date__c":"2026-02-03","Due_Time__c":"10:30:00.250Z"}""");

        var payload = (await org.ReadAsync("/data/Invoice__ChangeEvent", 1))[0];

        payload["Due_Date__c"].ShouldBe(new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        payload["Due_Time__c"].ShouldBe((long)new TimeSpan(0, 10, 30, 0, 250).TotalMilliseconds);
        payload["Name"].ShouldBeOfType<string>().ShouldStartWith("INV-");
    }

    [Fact]
    public async Task Gap_and_overflow_events_have_a_header_alone()
    {
        await using var org = await PubSubDriver.StartAsync();
        org.Events.PublishGap("Account", "GAP_UPDATE", "001Dn0000000001AAA", "001Dn0000000002AAA");
        org.Events.PublishOverflow("Account");

        var events = await org.ReadAsync(Accounts, 2);

        events.Select(TypeOf).ShouldBe(["GAP_UPDATE", "GAP_OVERFLOW"]);
        HeaderOf(events[0])["recordIds"].ShouldBe(new object[] { "001Dn0000000001AAA", "001Dn0000000002AAA" });
        HeaderOf(events[0])["changeOrigin"].ShouldBe("");
        HeaderOf(events[1])["recordIds"].ShouldBe(new object[] { "000000000000000AAA" });
        events[0]["Name"].ShouldBeNull();
        Should.Throw<ArgumentException>(() => org.Events.PublishGap("Account", "UPDATE", "x")).Message.ShouldContain("GAP_CREATE");
        Should.Throw<ArgumentException>(() => org.Events.PublishOverflow("Organization")).Message.ShouldContain("Invoice__c");
    }

    private static GenericRecord HeaderOf(GenericRecord payload) => (GenericRecord)payload["ChangeEventHeader"];

    private static string TypeOf(GenericRecord payload) => ((GenericEnum)HeaderOf(payload)["changeType"]).Value;

    private static string[] ListOf(GenericRecord header, string name) => [.. ((object[])header[name]).Cast<string>()];

    private static int PositionOf(GenericRecord payload, string field) => payload.Schema[field].Pos;

    private static string Bitmap(int bits)
    {
        var hex = bits.ToString("X", CultureInfo.InvariantCulture);
        return $"0x{(hex.Length % 2 == 0 ? "" : "0")}{hex}";
    }
}
