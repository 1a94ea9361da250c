using System.Net;
using System.Text;
using Connector.Tests.Drivers;

namespace Connector.Tests.Bulk;

/// <summary>Bulk writes that are refused before a job is made.</summary>
public sealed class BulkRefusalTests(AzuriteFixture azurite)
{
    private const string Route = "bulk/write";
    private const string Queue = "salesforce-bulk-write";
    private const string Container = "salesforce-bulk";

    private static readonly (string, string) Wait = ("Prefer", "wait=60");

    [Theory]
    [InlineData("""{"objectType":"Account","operation":"merge","csv":"Id\n1"}""", "operation", "must be one of insert, update, upsert, delete, hardDelete")]
    [InlineData("""{"objectType":"Account","operation":"insert"}""", "records", "is required: the rows are given as records, as csv, or by source")]
    [InlineData("""{"objectType":"Account","operation":"insert","csv":"Name\nA","source":"a.csv"}""", "source", "does not go together with csv")]
    [InlineData("""{"objectType":"Account","operation":"insert","records":[]}""", "records", "must be an array of one or more objects")]
    [InlineData("""{"objectType":"Account","operation":"upsert","csv":"Name\nA"}""", "externalIdField", "is required for an upsert")]
    [InlineData("""{"objectType":"Account","operation":"upsert","externalIdField":"External_Id__c","csv":"Name\nA"}""", "csv", "must have the column External_Id__c")]
    [InlineData("""{"objectType":"Account","operation":"insert","externalIdField":"External_Id__c","csv":"Name\nA"}""", "externalIdField", "goes with the operation \"upsert\" only")]
    [InlineData("""{"objectType":"Account","operation":"update","csv":"Name\nA"}""", "csv", "must have the column Id")]
    [InlineData("""{"objectType":"Account","operation":"delete","csv":"Id,Name\n1,A"}""", "csv", "must have the one column Id")]
    [InlineData("""{"objectType":"Account","operation":"insert","source":"../salesforce-results/x"}""", "source", "must be the name of a blob in the container salesforce-bulk")]
    [InlineData("""{"objectType":"Account","operation":"insert","source":"https://example.com/x.csv"}""", "source", "must be the name of a blob in the container salesforce-bulk")]
    [InlineData("""{"objectType":"Account","operation":"insert","records":[{"Name":["A"]}]}""", "records[0].Name", "must be a string")]
    public async Task What_is_wrong_with_a_payload_is_said_at_once(string payload, string member, string complaint)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["BulkWrite"]);

        var reply = await app.PostAsync(Route, payload);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        ((string?)reply.Json["detail"]).ShouldNotBeNull().ShouldContain($"{member} {complaint}");
        (await app.Queues.CountAsync(Queue)).ShouldBe(0);
    }

    // As many characters as Blob storage allows.
    [Theory]
    [InlineData(1_024, "names no blob")]
    [InlineData(1_025, "must be the name of a blob in the container salesforce-bulk")]
    public async Task The_name_of_a_blob_has_at_most_1024_characters(int length, string complaint)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["BulkWrite"]);

        var result = await app.PostAsync(Route, new { objectType = "Account", operation = "insert", source = new string('x', length) }, Wait);

        ((string?)result.ShouldBeProblem(400, "INVALID_MEMBER")["detail"]).ShouldNotBeNull().ShouldContain(complaint);
    }

    [Theory]
    [InlineData(null, "names no blob")]
    [InlineData("", "must not be empty")]
    [InlineData("Name,First name\nA,B\n", "got \"First name\"")]
    [InlineData("{\"Name\":\"A\"}\n{\"Name\":", "source (record at byte 13) must be one JSON object")]
    public async Task What_is_wrong_with_a_blob_is_said_before_a_job_is_made(string? content, string complaint)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["BulkWrite"]);
        if (content is not null)
        {
            await app.Queues.UploadBlobAsync(Container, "in/rows", Encoding.UTF8.GetBytes(content));
        }

        var result = await app.PostAsync(Route, new { objectType = "Account", operation = "insert", source = "in/rows" }, Wait);

        result.ShouldBeProblem(400, "INVALID_MEMBER");
        ((string?)result.Json["detail"]).ShouldNotBeNull().ShouldContain(complaint);
        app.Calls.ShouldBeEmpty();
    }
}
