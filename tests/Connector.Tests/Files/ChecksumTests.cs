using System.Net;
using System.Net.Http.Headers;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Files;

/// <summary>What a checksum finds, and what it is compared with.</summary>
public sealed class ChecksumTests(AzuriteFixture azurite)
{
    private const string Account = "001Dn0000070000IAA";
    private const string Document = "069Dn0000070000IAA";
    private const string Hello = "SGVsbG8=";
    private const string HelloMd5 = "8b1a9953c4611296a827abf8c47804d7";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_older_content_of_a_file_is_uploaded_again_as_its_latest_version()
    {
        await using var app = await ConnectorApp.StartAsync();
        var hello = new { fileName = "hello.txt", content = Hello, contentDocumentId = Document, checksum = HelloMd5 };

        var first = await app.PostAsync("files/upload", hello);
        var repeated = await app.PostAsync("files/upload", hello);
        var other = await app.PostAsync("files/upload", new { fileName = "hello.txt", content = "SGFsbG8=", contentDocumentId = Document });
        var back = await app.PostAsync("files/upload", hello);

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        ((string?)repeated.Json["id"]).ShouldBe((string?)first.Json["id"]);
        other.Status.ShouldBe(HttpStatusCode.Created, other.Body);
        back.Status.ShouldBe(HttpStatusCode.Created, back.Body);
        (await app.PostAsync("files/download", new { contentDocumentId = Document })).Body.ShouldBe("Hello");
    }

    [Fact]
    public async Task Without_a_place_a_file_of_a_record_is_another_one()
    {
        await using var app = await ConnectorApp.StartAsync();
        var hello = new { fileName = "hello.txt", content = Hello, checksum = HelloMd5 };

        var attached = await app.PostAsync("files/upload", new { hello.fileName, hello.content, hello.checksum, linkTo = Account });
        var first = await app.PostAsync("files/upload", hello);
        var again = await app.PostAsync("files/upload", hello);

        attached.Status.ShouldBe(HttpStatusCode.Created, attached.Body);
        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        ((string?)again.Json["id"]).ShouldBe((string?)first.Json["id"]);
        // Another user's file is another one too.
        Uri.UnescapeDataString(app.LastCall.Query).ShouldContain("CreatedById = '005");
    }

    [Fact]
    public async Task Where_such_a_file_is_published_in_the_users_library_it_is_found()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "*/query",
            Status = 200,
            Body = """{"totalSize":2,"done":true,"records":[{"Id":"068000000000001AAA","ContentDocumentId":"069000000000001AAA","FirstPublishLocationId":"001000000000001AAA"},{"Id":"068000000000002AAA","ContentDocumentId":"069000000000002AAA","FirstPublishLocationId":"005000000000001AAA"}]}""",
        });

        var reply = await app.PostAsync("files/upload", new { fileName = "hello.txt", content = Hello, checksum = HelloMd5 });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((string?)reply.Json["id"]).ShouldBe("068000000000002AAA");
    }

    [Fact]
    public async Task The_checksum_of_a_body_is_compared_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        async Task<HttpStatusCode> SendAsync(string checksum)
        {
            using var content = new ByteArrayContent("Hello"u8.ToArray());
            content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
            using var response = await app.Client.PostAsync(new Uri($"files/upload?fileName=hello.txt&checksum={checksum}", UriKind.Relative), content, Cancellation);
            return response.StatusCode;
        }

        (await SendAsync(new string('0', 32))).ShouldBe(HttpStatusCode.BadRequest);
        app.Calls.ShouldBeEmpty();
        (await SendAsync(HelloMd5)).ShouldBe(HttpStatusCode.Created);
        (await SendAsync(HelloMd5)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_blob_whose_checksum_Storage_does_not_know_is_read_for_it()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var (url, container) = await PlaceAsync(app);
        var blob = container.GetBlockBlobClient("in/blocks.txt");
        await blob.StageBlockAsync("AAAA", new MemoryStream("Hello"u8.ToArray()), cancellationToken: Cancellation);
        await blob.CommitBlockListAsync(["AAAA"], cancellationToken: Cancellation);
        BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: Cancellation);
        properties.ContentHash.ShouldBeNull();
        object Payload(string checksum) => new { fileName = "hello.txt", contentUrl = $"{url}in/blocks.txt", checksum };

        var problem = (await app.PostAsync("files/upload", Payload(new string('0', 32)))).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("checksum");
        app.Calls.ShouldBeEmpty();
        (await app.PostAsync("files/upload", Payload(HelloMd5))).Status.ShouldBe(HttpStatusCode.Created);
        (await app.PostAsync("files/upload", Payload(HelloMd5))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_the_connector_stores_has_its_checksum()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var (_, container) = await PlaceAsync(app);

        var stored = await app.PostAsync("files/download", new { attachmentId = "00PDn0000070000MAA", toBlob = true });

        var blob = container.GetBlobClient(new BlobUriBuilder(new Uri((string)stored.Json["contentUrl"]!)).BlobName);
        BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: Cancellation);
        properties.ContentHash.ShouldNotBeNull().Length.ShouldBe(16);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":null,"success":true}""")]
    [InlineData("""{"id":{}}""")]
    public async Task A_create_that_tells_no_id_is_of_unknown_outcome(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Method = "POST", Path = "*/sobjects/ContentVersion", Status = 201, Body = body });

        (await app.PostAsync("files/upload", new { fileName = "hello.txt", content = Hello }))
            .ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
    }

    [Fact]
    public async Task A_blob_over_Salesforces_limit_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var (url, container) = await PlaceAsync(app);
        // Its bytes are not there.
        await container.GetPageBlobClient("in/large.bin").CreateAsync((2L << 30) + 512, cancellationToken: Cancellation);

        var problem = (await app.PostAsync("files/upload", new { fileName = "large.bin", contentUrl = $"{url}in/large.bin" })).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("contentUrl");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("at most 2147483648 bytes");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("split the file");
        app.Org.Requests.ShouldBeEmpty();
    }

    /// <returns>The container's URL, and the container.</returns>
    private static async Task<(string Url, BlobContainerClient Container)> PlaceAsync(ConnectorApp app)
    {
        const string Name = "in/hello.txt";
        var blob = await app.Queues.UploadBlobAsync("salesforce-files", Name, "Hello"u8.ToArray());
        return (blob[..^Name.Length], app.Queues.Container("salesforce-files"));
    }
}
