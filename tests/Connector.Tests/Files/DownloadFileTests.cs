using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Files;

public sealed class DownloadFileTests(AzuriteFixture azurite)
{
    private const string Version = "068Dn0000070000IAA";
    private const string Document = "069Dn0000070000IAA";
    private const string Warranty = "Two years from the day of delivery.\n";

    public static TheoryData<string, string, string?, string> Files => new()
    {
        { $$"""{"contentDocumentId":"{{Document}}"}""", "text/plain", "warranty.txt", Warranty },
        { $$"""{"contentVersionId":"{{Version}}"}""", "text/plain", "warranty.txt", Warranty },
        { """{"attachmentId":"00PDn0000070000MAA"}""", "text/html", "Terms.html", "<h1>Terms of delivery</h1>\n" },
        { """{"documentId":"015Dn0000070000IAA"}""", "image/svg+xml", "Logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n" },
        { $$"""{"objectType":"ContentVersion","objectId":"{{Version}}","field":"VersionData"}""", "application/octet-stream", null, Warranty },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_comes_with_its_type_length_and_name(string payload, string type, string? name, string content)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("files/download", payload);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        reply.Body.ShouldBe(content);
        reply.Headers["Content-Type"].ShouldBe(type);
        reply.Headers["Content-Disposition"].ShouldBe(name is null ? "attachment" : $"attachment; filename={name}; filename*=UTF-8''{name}");
        reply.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        reply.Headers["Sforce-Limit-Info"].ShouldNotBeNullOrEmpty();
        if (name is not null)
        {
            reply.Headers["Content-Length"].ShouldBe($"{content.Length}");
        }
    }

    [Fact]
    public async Task By_queue_it_goes_to_a_blob_even_if_it_would_fit_in_a_message()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["DownloadFile"]);

        await app.Queues.SendAsync("salesforce-download-file", $$$"""{"correlationId":"d","payload":{"contentDocumentId":"{{{Document}}}"}}""");

        var result = await app.Queues.ReceiveResultAsync("d");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        (await app.Queues.ReadBlobWithTypeAsync((string)result["bodyUrl"]!)).ShouldBe((Warranty, "text/plain"));
        ((string?)result["headers"]!["Content-Disposition"]).ShouldNotBeNull().ShouldContain("warranty.txt");
    }

    [Fact]
    public async Task Into_a_blob_of_the_connectors_own_it_goes_by_HTTP_and_by_queue()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["DownloadFile"]);
        var payload = $$"""{"contentVersionId":"{{Version}}","toBlob":true}""";

        var reply = await app.PostAsync("files/download", payload);
        await app.Queues.SendAsync("salesforce-download-file", $$"""{"correlationId":"d","payload":{{payload}}}""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        await IsStoredAsync(reply.Json);
        await IsStoredAsync((await app.Queues.ReceiveResultAsync("d"))["body"]!);

        async Task IsStoredAsync(JsonNode stored)
        {
            var url = (string)stored["contentUrl"]!;
            url.ShouldContain("/salesforce-files/downloads/");
            (await app.Queues.ReadBlobWithTypeAsync(url)).ShouldBe((Warranty, "text/plain"));
            ((string?)stored["fileName"]).ShouldBe("warranty.txt");
            ((string?)stored["contentType"]).ShouldBe("text/plain");
            ((long?)stored["contentSize"]).ShouldBe(Warranty.Length);
        }
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_no_file()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" }, listensTo: []);
        app.Org.AddFaults(new FaultRule { Path = "*/VersionData", Truncate = true });

        var stored = await app.PostAsync("files/download", new { contentVersionId = Version, toBlob = true });

        // The whole of it is read ahead, as it is small.
        stored.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true);
    }

    [Fact]
    public async Task A_file_of_another_length_than_its_record_says_is_no_file()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        app.Org.AddFaults(new FaultRule { Path = "*/VersionData", Status = 200, ContentType = "application/octetstream", Body = "short" });

        (await app.PostAsync("files/download", new { contentVersionId = Version, toBlob = true })).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true);
        (await app.PostAsync("files/download", new { contentVersionId = Version })).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("files/download", new { contentVersionId = "068Dn0000079999" })).ShouldBeProblem(404, "NOT_FOUND");
        (await app.PostAsync("files/download", new { objectType = "Account", objectId = "001Dn0000070000IAA", field = "VersionData" })).ShouldBeProblem(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData("{}", "MISSING_MEMBER", "contentDocumentId")]
    [InlineData("""{"objectType":"Attachment","field":"Body"}""", "MISSING_MEMBER", "objectId")]
    [InlineData($$"""{"contentVersionId":"{{Version}}","contentDocumentId":"{{Document}}"}""", "INVALID_MEMBER", "contentVersionId")]
    [InlineData($$"""{"contentVersionId":"{{Version}}","objectType":"Attachment"}""", "INVALID_MEMBER", "contentVersionId")]
    [InlineData($$"""{"contentVersionId":"{{Version}}","objectId":"{{Version}}"}""", "INVALID_MEMBER", "contentVersionId")]
    [InlineData($$"""{"contentVersionId":"{{Version}}","field":"Body"}""", "INVALID_MEMBER", "contentVersionId")]
    [InlineData($$"""{"contentVersionId":"{{Document}}"}""", "INVALID_MEMBER", "contentVersionId")]
    [InlineData("""{"attachmentId":"../../x"}""", "INVALID_MEMBER", "attachmentId")]
    [InlineData($$"""{"objectType":"Attachment","objectId":"{{Version}}","field":"Body/../../x"}""", "INVALID_MEMBER", "field")]
    public async Task What_names_no_file_is_refused_by_the_member(string payload, string code, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("files/download", payload)).ShouldBeProblem(400, code);

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ContentVersion", Version, "VersionData")]
    [InlineData("Attachment", "00PDn0000070000MAA", "Body")]
    public async Task Getting_a_record_does_not_get_a_file(string objectType, string objectId, string field)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("records/get", new { objectType, objectId, relationshipFieldName = field })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("DownloadFile");
        app.Org.Requests.ShouldBeEmpty();
    }
}
