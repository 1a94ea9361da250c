using System.Net;
using System.Net.Http.Headers;
using Azure;
using Azure.Storage.Blobs;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Storage;
using SalesforceSimulator;

namespace Connector.Tests.Files;

/// <summary>Files that are not what somebody says they are.</summary>
public sealed class FileBoundTests(AzuriteFixture azurite)
{
    private const string Version = "068Dn0000070000IAA";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100_001)]
    [InlineData(99_999)]
    public async Task A_large_file_of_another_length_than_its_record_says_breaks_off(int told)
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" }, listensTo: []);
        app.Org.AddFaults(
            new FaultRule { Path = "*/VersionData", Status = 200, ContentType = "application/octetstream", Body = new string('x', 100_000) },
            new FaultRule { Path = $"*/ContentVersion/{Version}", Status = 200, Body = $$"""{"Title":"large","PathOnClient":"large.bin","ContentSize":{{told}}}""" });

        (await app.PostAsync("files/download", new { contentVersionId = Version, toBlob = true })).ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true);
        await BrokenReply.ShouldBreakAsync(() => app.PostAsync("files/download", new { contentVersionId = Version }));
    }

    [Fact]
    public async Task A_name_that_has_its_extension_gets_no_second_one()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(
            new FaultRule { Path = "*/Body", Status = 200, ContentType = "application/octetstream", Body = "x" },
            new FaultRule { Path = "*/Document/*", Status = 200, Body = """{"Name":"Logo.SVG","Type":"svg","BodyLength":1}""" });

        var reply = await app.PostAsync("files/download", new { documentId = "015Dn0000070000IAA" });

        reply.Headers["Content-Disposition"].ShouldBe("attachment; filename=Logo.SVG; filename*=UTF-8''Logo.SVG");
    }

    [Fact]
    public async Task A_checksum_is_compared_with_that_of_the_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var url = await app.Queues.UploadBlobAsync("salesforce-files", "in/hello.txt", "Hello"u8.ToArray());
        static object Payload(string url, string checksum) => new { fileName = "hello.txt", contentUrl = url, checksum };

        var problem = (await app.PostAsync("files/upload", Payload(url, new string('0', 32)))).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("checksum");
        app.Calls.ShouldBeEmpty();
        (await app.PostAsync("files/upload", Payload(url, "8b1a9953c4611296a827abf8c47804d7"))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_blob_that_is_another_one_by_the_time_it_is_read_is_not_sent()
    {
        var account = await azurite.TakeAccountAsync();
        var container = new BlobContainerClient(account.ConnectionString, "salesforce-files");
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        var blob = container.GetBlobClient("in/hello.txt");
        await blob.UploadAsync(BinaryData.FromString("Hello"), Cancellation);
        var found = (await FileContainer.OpenAsync(blob, Cancellation)).ShouldNotBeNull();

        await blob.UploadAsync(BinaryData.FromString("Salut"), overwrite: true, Cancellation);

        using var copy = new MemoryStream();
        (await Should.ThrowAsync<RequestFailedException>(() => found.CopyToAsync(copy, Cancellation))).Status.ShouldBe(412);
    }

    [Fact]
    public async Task A_form_has_one_file()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        using var form = new MultipartFormDataContent();
        using var first = new ByteArrayContent("Hello"u8.ToArray());
        using var second = new ByteArrayContent("Salut"u8.ToArray());
        form.Add(first, "file", "hello.txt");
        form.Add(second, "file", "salut.txt");

        using var response = await app.Client.PostAsync(new Uri("files/upload", UriKind.Relative), form, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("there is one file");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_hosts_own_parameters_are_no_members()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        using var content = new ByteArrayContent("Hello"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");

        using var response = await app.Client.PostAsync(new Uri("files/upload?fileName=hello.txt&code=a-key&clientId=default", UriKind.Relative), content, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
