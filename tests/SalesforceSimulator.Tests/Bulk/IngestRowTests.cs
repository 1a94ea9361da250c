namespace SalesforceSimulator.Tests.Bulk;

public sealed class IngestRowTests
{
    [Fact]
    public async Task An_empty_value_leaves_a_field_and_NA_clears_it()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var account = await bulk.Org.SendAsync("POST", "sobjects/Account", """{"Name":"A","Phone":"1","Website":"w","Active__c":true}""");

        await bulk.RunAsync($"Id,Name,Phone,Website,Active__c\n{account.Id},,,#N/A,#N/A\n", operation: "update");

        var record = (await bulk.Org.GetAsync($"sobjects/Account/{account.Id}?fields=Name,Phone,Website,Active__c")).Json;
        record.GetProperty("Name").GetString().ShouldBe("A");
        record.GetProperty("Phone").GetString().ShouldBe("1");
        record.GetProperty("Website").GetString().ShouldBeNull();
        record.GetProperty("Active__c").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Values_have_the_types_of_their_fields()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var account = (await bulk.Org.QueryAsync("SELECT Id FROM Account LIMIT 1")).Column("Id").Single();

        await bulk.RunAsync(
            $"Account__c,Amount__c,Due_Date__c,Due_Time__c,Paid__c,Notes__c,External_Id__c\n{account},12.50,2026-02-28,10:00:00.000Z,TRUE,\" two\n lines \",bulk\n", "Invoice__c");

        var invoice = (await bulk.Org.QueryAsync("SELECT Amount__c, Due_Date__c, Due_Time__c, Paid__c, Notes__c FROM Invoice__c WHERE External_Id__c = 'bulk'")).Json.GetProperty("records")[0];
        invoice.GetProperty("Amount__c").GetRawText().ShouldBe("12.50");
        invoice.GetProperty("Due_Date__c").GetString().ShouldBe("2026-02-28");
        invoice.GetProperty("Due_Time__c").GetString().ShouldBe("10:00:00.000Z");
        invoice.GetProperty("Paid__c").GetBoolean().ShouldBeTrue();
        invoice.GetProperty("Notes__c").GetString().ShouldBe(" two\n lines ");
    }

    [Fact]
    public async Task A_reference_is_found_by_an_external_id()
    {
        await using var bulk = await BulkDriver.StartAsync();

        var (_, processed, failed) = await bulk.RunAsync("LastName,Account.External_Id__c\nFound,ACC-GENE-265\nNone,\n", "Contact");

        (processed, failed).ShouldBe((2, 0));
        (await bulk.SingleAsync("SELECT Account.Name FROM Contact WHERE LastName = 'Found'", "Account")).ShouldContain("GenePoint");
        (await bulk.RefusedAsync("LastName,Account.External_Id__c\nLost,nowhere\n", "Contact"))
            .ShouldBe("INVALID_FIELD:Foreign key external ID: nowhere not found for field External_Id__c in entity Account:--");
    }

    [Fact]
    public async Task An_upsert_creates_what_it_does_not_find()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var known = await bulk.SingleAsync("SELECT Id FROM Account WHERE External_Id__c = 'ACC-GENE-265'", "Id");

        var (id, processed, failed) = await bulk.RunAsync(
            "External_Id__c,Name\nACC-GENE-265,Changed\nnew,New\n,Keyless\n", operation: "upsert", more: ("externalIdFieldName", "External_Id__c"));

        (processed, failed).ShouldBe((3, 1));
        var created = await bulk.SingleAsync("SELECT Id FROM Account WHERE Name = 'New'", "Id");
        (await bulk.ResultsAsync(id, "successfulResults")).ShouldBe(
            $"\"sf__Id\",\"sf__Created\",\"External_Id__c\",\"Name\"\n\"{created}\",\"true\",\"new\",\"New\"\n\"{known}\",\"false\",\"ACC-GENE-265\",\"Changed\"\n");
        (await bulk.ResultsAsync(id, "failedResults")).ShouldContain("MISSING_ARGUMENT:External_Id__c not specified:External_Id__c --");
    }

    [Fact]
    public async Task An_upsert_by_id_updates_the_rows_that_have_one()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var known = await bulk.SingleAsync("SELECT Id FROM Account WHERE External_Id__c = 'ACC-GENE-265'", "Id");

        var (_, _, failed) = await bulk.RunAsync($"Id,Name\n{known},Changed\n,New\n", operation: "upsert", more: ("externalIdFieldName", "Id"));

        failed.ShouldBe(0);
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
        (await bulk.SingleAsync($"SELECT Name FROM Account WHERE Id = '{known}'", "Name")).ShouldBe("Changed");
    }

    [Fact]
    public async Task Rows_of_an_upsert_that_share_a_key_are_all_refused()
    {
        await using var bulk = await BulkDriver.StartAsync();

        var (id, processed, failed) = await bulk.RunAsync(
            "External_Id__c,Name\nsame,One\nother,Two\nSAME,Three\n", operation: "upsert", more: ("externalIdFieldName", "External_Id__c"));

        (processed, failed).ShouldBe((3, 2));
        (await bulk.ResultsAsync(id, "failedResults")).ShouldContain("\"DUPLICATE_VALUE:Duplicate external id specified: same:External_Id__c --\",\"same\",\"One\"");
        bulk.Org.Simulator.Stats.Records["Account"].ShouldBe(13);
    }

    [Fact]
    public async Task An_owner_is_found_by_email()
    {
        await using var bulk = await BulkDriver.StartAsync();

        await bulk.RunAsync("Name,Owner.Email\nOwned,mei.tanaka@example.com\n");

        (await bulk.SingleAsync("SELECT Owner.LastName FROM Account WHERE Name = 'Owned'", "Owner")).ShouldContain("Tanaka");
    }

    [Fact]
    public async Task A_value_that_several_records_have_is_refused_in_an_upsert()
    {
        await using var bulk = await BulkDriver.StartAsync();

        (await bulk.RefusedAsync("Legacy_Code__c,Name\nSHARED,X\n", operation: "upsert", more: ("externalIdFieldName", "Legacy_Code__c")))
            .ShouldBe("DUPLICATE_EXTERNAL_ID:Legacy_Code__c: more than one record found for external id field:Legacy_Code__c --");
    }

    [Fact]
    public async Task A_delete_goes_to_the_recycle_bin_and_a_hard_delete_does_not()
    {
        await using var bulk = await BulkDriver.StartAsync(BulkDriver.Settings with { HardDelete = true });
        bulk.Org.Simulator.Fill("Lead", 3);
        var leads = (await bulk.Org.QueryAsync("SELECT Id FROM Lead")).Column("Id").ToArray();

        await bulk.RunAsync($"Id\n{leads[0]}\n", "Lead", "delete");
        await bulk.RunAsync($"Id\n{leads[1]}\n{leads[^1]}\n", "Lead", "hardDelete");

        bulk.Org.Simulator.Stats.Records["Lead"].ShouldBe(12);
        var all = (await bulk.Org.QueryAsync("SELECT Id FROM Lead", "queryAll")).Column("Id").ToArray();
        all.ShouldContain(leads[0]);
        all.ShouldNotContain(leads[1]);
        all.ShouldNotContain(leads[^1]);
        (await bulk.RefusedAsync($"Id\n{leads[0]}\n", "Lead", "delete")).ShouldBe("ENTITY_IS_DELETED:entity is deleted:--");
        (await bulk.RefusedAsync($"Id\n{leads[^1]}\n", "Lead", "delete")).ShouldBe("INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--");
    }

    [Theory]
    [InlineData("insert", "Id,Name\n001000000000000AAA,X", "INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --")]
    [InlineData("insert", "Name,CreatedDate\nX,2026-01-01T00:00:00Z", "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify that it is read/write for your profile or permission set.:CreatedDate --")]
    [InlineData("insert", "Name,External_Id__c\nX,ACC-GENE-265", "DUPLICATE_VALUE:duplicate value found: External_Id__c duplicates value on record with id: {GenePoint}:--")]
    [InlineData("insert", "Name,NumberOfEmployees\nX,-1", "FIELD_CUSTOM_VALIDATION_EXCEPTION:The number of employees must not be negative.:NumberOfEmployees --")]
    [InlineData("insert", "Name,NumberOfEmployees\nX,many", "INVALID_FIELD:Failed to deserialize field at col 1. Due to, 'many' is not a valid value for the type xsd:int:NumberOfEmployees --")]
    [InlineData("insert", "Name,Active__c\nX,maybe", "INVALID_FIELD:Failed to deserialize field at col 1. Due to, 'maybe' is not a valid value for the type xsd:boolean:Active__c --")]
    [InlineData("insert", "Name,ParentId\nX,nonsense", "MALFORMED_ID:Parent Account ID: id value of incorrect type: nonsense:ParentId --")]
    [InlineData("update", "Name\nX", "MISSING_ARGUMENT:Id not specified in an update call:--")]
    [InlineData("update", "Id,Name\nnonsense,X", "MALFORMED_ID:Account ID: id value of incorrect type: nonsense:Id --")]
    [InlineData("update", "Id,Name\n{GenePoint},#N/A", "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --")]
    [InlineData("delete", "Id\n", null)]
    public async Task A_row_is_refused_with_a_code_a_message_and_fields(string operation, string csv, string? error)
    {
        await using var bulk = await BulkDriver.StartAsync();
        var known = await bulk.SingleAsync("SELECT Id FROM Account WHERE Name = 'GenePoint'", "Id");
        csv = csv.Replace("{GenePoint}", known, StringComparison.Ordinal);

        if (error is null)
        {
            (await bulk.RunAsync(csv, operation: operation)).Processed.ShouldBe(0);
            return;
        }

        (await bulk.RefusedAsync(csv + "\n", operation: operation)).ShouldBe(error.Replace("{GenePoint}", known, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_duplicate_rule_refuses_a_row()
    {
        await using var bulk = await BulkDriver.StartAsync();
        bulk.Org.Simulator.Fill("Lead", 5);

        (await bulk.RefusedAsync("LastName,Company,Email\nX,Y,BERTHA.BOXER@example.net\n", "Lead")).ShouldBe("DUPLICATES_DETECTED:Use one of these records?:--");
        (await bulk.RefusedAsync("LastName,Company,Email\nX,Y,generated14@example.com\n", "Lead")).ShouldBe("DUPLICATES_DETECTED:Use one of these records?:--");
    }

    [Fact]
    public async Task Failed_updates_and_deletes_say_which_record()
    {
        await using var bulk = await BulkDriver.StartAsync();
        var known = await bulk.SingleAsync("SELECT Id FROM Account WHERE Name = 'GenePoint'", "Id");

        var (id, _, _) = await bulk.RunAsync($"Id,NumberOfEmployees\n{known},-5\n", operation: "update");

        (await bulk.ResultsAsync(id, "failedResults")).Split('\n')[1].ShouldStartWith($"\"{known}\",\"FIELD_CUSTOM_VALIDATION_EXCEPTION:");
        (await bulk.SingleAsync($"SELECT NumberOfEmployees FROM Account WHERE Id = '{known}'", "NumberOfEmployees")).ShouldBe("265");
    }
}
