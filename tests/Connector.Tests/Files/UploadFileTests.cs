using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Files;

public sealed class UploadFileTests(AzuriteFixture azurite)
{
    private const string Account = "001Dn0000070000IAA";
    private const string Hello = "SGVsbG8=";
    private const string HelloMd5 = "8b1a9953c4611296a827abf8c47804d7";

    [Fact]
    public async Task A_file_is_attached_to_a_record()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("files/upload", new { fileName = "größe.txt", title = "Größe", content = Hello, linkTo = Account });

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        ((string?)reply.Json["id"]).ShouldNotBeNull().ShouldStartWith("068");
        ((bool?)reply.Json["created"]).ShouldBe(true);
        reply.Headers["Location"].ShouldEndWith((string)reply.Json["id"]!);
        var version = await VersionAsync(app, (string)reply.Json["id"]!);
        ((string?)version["Title"]).ShouldBe("Größe");
        ((string?)version["PathOnClient"]).ShouldBe("größe.txt");
        ((string?)version["Checksum"]).ShouldBe(HelloMd5);
        ((string?)version["FirstPublishLocationId"]).ShouldBe(Account);
        var downloaded = await app.PostAsync("files/download", new { contentDocumentId = (string)reply.Json["contentDocumentId"]! });
        downloaded.Body.ShouldBe("Hello");
        downloaded.Headers["Content-Disposition"].ShouldEndWith("filename*=UTF-8''gr%C3%B6%C3%9Fe.txt");
    }

    [Fact]
    public async Task A_new_version_of_a_file_is_its_latest()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("files/upload", new { fileName = "warranty.txt", content = Hello, contentDocumentId = "069Dn0000070000IAA" });

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        ((string?)(await VersionAsync(app, (string)reply.Json["id"]!))["VersionNumber"]).ShouldBe("2");
        (await app.PostAsync("files/download", new { contentDocumentId = "069Dn0000070000IAA" })).Body.ShouldBe("Hello");
    }

    [Fact]
    public async Task With_its_checksum_a_file_is_uploaded_once()
    {
        await using var app = await ConnectorApp.StartAsync();
        var file = new { fileName = "hello.txt", content = Hello, linkTo = Account, checksum = HelloMd5.ToUpperInvariant() };

        var first = await app.PostAsync("files/upload", file);
        var second = await app.PostAsync("files/upload", file);
        var elsewhere = await app.PostAsync("files/upload", file with { linkTo = "001Dn0000070001IAA" });
        var otherwise = await app.PostAsync("files/upload", file with { fileName = "salut.txt" });

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        second.Status.ShouldBe(HttpStatusCode.OK, second.Body);
        ((bool?)second.Json["created"]).ShouldBe(false);
        ((string?)second.Json["id"]).ShouldBe((string?)first.Json["id"]);
        ((string?)second.Json["contentDocumentId"]).ShouldBe((string?)first.Json["contentDocumentId"]);
        elsewhere.Status.ShouldBe(HttpStatusCode.Created, elsewhere.Body);
        otherwise.Status.ShouldBe(HttpStatusCode.Created, otherwise.Body);
    }

    [Fact]
    public async Task An_upload_that_gets_no_answer_is_of_unknown_outcome_and_with_its_checksum_found_at_the_next_attempt()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Queues__FirstRetryDelay"] = "00:00:01", ["Salesforce__MaxRetries"] = "0" }, listensTo: ["UploadFile"]);
        app.Org.AddFaults(new FaultRule { Method = "POST", Path = "*/sobjects/ContentVersion", Reset = true, AfterExecution = true, Times = 2 });

        var unknown = await app.PostAsync("files/upload", new { fileName = "hello.txt", content = Hello });
        await app.Queues.SendAsync(
            "salesforce-upload-file", $$$"""{"correlationId":"u","payload":{"fileName":"hallo.txt","content":"{{{Hello}}}","checksum":"{{{HelloMd5}}}"}}""");

        unknown.ShouldBeProblem(502, "SALESFORCE_BROKEN_REPLY", retryable: true, outcomeUnknown: true);
        var result = await app.Queues.ReceiveResultAsync("u");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((bool?)result["body"]!["created"]).ShouldBe(false);
        app.Org.Stats.Records["ContentVersion"].ShouldBe(3);
    }

    [Fact]
    public async Task A_blob_of_the_connectors_own_is_uploaded_by_HTTP_and_by_queue_and_comes_back()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UploadFile"]);
        var bytes = RandomNumberGenerator.GetBytes(6 << 20);
        var url = await app.Queues.UploadBlobAsync("salesforce-files", "in/report.bin", bytes);

        var reply = await app.PostAsync("files/upload", new { fileName = "report.bin", contentUrl = url });
        await app.Queues.SendAsync("salesforce-upload-file", $$$"""{"correlationId":"u","payload":{"fileName":"report.bin","contentUrl":"{{{url}}}"}}""");
        var byQueue = await app.Queues.ReceiveResultAsync("u");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        ((int?)byQueue["status"]).ShouldBe(201, byQueue.ToJsonString());
        var stored = await app.PostAsync("files/download", new { contentVersionId = (string)reply.Json["id"]!, toBlob = true });
        (await app.Queues.DownloadBlobAsync((string)stored.Json["contentUrl"]!)).ShouldBe(bytes);
        // What was downloaded can be uploaded again.
        (await app.PostAsync("files/upload", new { fileName = "again.bin", contentUrl = (string)stored.Json["contentUrl"]! })).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_body_can_be_the_file_itself_with_the_members_in_the_query()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        using var content = new ByteArrayContent("Hello"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");

        var reply = await SendAsync(app, $"files/upload?fileName=hello%20world.txt&linkTo={Account}&code=a-key", content);

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        var version = await VersionAsync(app, (string)reply.Json["id"]!);
        ((string?)version["PathOnClient"]).ShouldBe("hello world.txt");
        ((string?)version["Checksum"]).ShouldBe(HelloMd5);
        ((string?)version["FirstPublishLocationId"]).ShouldBe(Account);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_can_have_the_file_and_the_members(bool fileFirst)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent("Hello"u8.ToArray());
        using var title = new StringContent("A title");
        using var json = new StringContent($$"""{"linkTo":"{{Account}}","checksum":"{{HelloMd5}}"}""", Encoding.UTF8, "application/json");
        if (fileFirst)
        {
            form.Add(file, "file", "hello.txt");
        }

        form.Add(title, "title");
        form.Add(json, "payload");
        if (!fileFirst)
        {
            form.Add(file, "file", "hello.txt");
        }

        var reply = await SendAsync(app, "files/upload", form);

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        var version = await VersionAsync(app, (string)reply.Json["id"]!);
        ((string?)version["Title"]).ShouldBe("A title");
        ((string?)version["PathOnClient"]).ShouldBe("hello.txt");
        ((string?)version["Checksum"]).ShouldBe(HelloMd5);
    }

    [Fact]
    public async Task A_file_for_a_body_sent_twice_with_a_key_is_uploaded_once_and_another_file_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var first = await SendAsync(app, "files/upload?fileName=a.txt", new ByteArrayContent("Hello"u8.ToArray()), ("Idempotency-Key", "k1"));
        var second = await SendAsync(app, "files/upload?fileName=a.txt", new ByteArrayContent("Hello"u8.ToArray()), ("Idempotency-Key", "k1"));
        var third = await SendAsync(app, "files/upload?fileName=b.txt", new ByteArrayContent("Hello"u8.ToArray()), ("Idempotency-Key", "k1"));

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        second.Body.ShouldBe(first.Body);
        third.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
    }

    [Fact]
    public async Task A_file_for_a_body_can_be_uploaded_later()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UploadFile"]);

        var accepted = await SendAsync(app, "files/upload?fileName=a.txt", new ByteArrayContent("Hello"u8.ToArray()), ("Prefer", "respond-async"));

        (await app.FetchResultAsync(accepted)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_expired_session_does_not_lose_a_file()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var url = await app.Queues.UploadBlobAsync("salesforce-files", "in/hello.txt", "Hello"u8.ToArray());
        (await app.PostAsync("limits", new { })).Status.ShouldBe(HttpStatusCode.OK);
        app.Org.ExpireTokens();

        var reply = await app.PostAsync("files/upload", new { fileName = "hello.txt", contentUrl = url });

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        ((string?)(await VersionAsync(app, (string)reply.Json["id"]!))["Checksum"]).ShouldBe(HelloMd5);
    }

    [Theory]
    [InlineData("""{"content":"SGVsbG8="}""", "MISSING_MEMBER", "fileName")]
    [InlineData("""{"fileName":"a.txt"}""", "MISSING_MEMBER", "content")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","contentUrl":"x"}""", "INVALID_MEMBER", "contentUrl")]
    [InlineData("""{"fileName":"a.txt","content":"not base64"}""", "INVALID_MEMBER", "content")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8"}""", "INVALID_MEMBER", "content")]
    [InlineData("""{"fileName":"../a.txt","content":"SGVsbG8="}""", "INVALID_MEMBER", "fileName")]
    [InlineData("""{"fileName":"/a.txt","content":"SGVsbG8="}""", "INVALID_MEMBER", "fileName")]
    [InlineData("""{"fileName":"a\\b.txt","content":"SGVsbG8="}""", "INVALID_MEMBER", "fileName")]
    [InlineData("""{"fileName":"a\r\nX: y.txt","content":"SGVsbG8="}""", "INVALID_MEMBER", "fileName")]
    [InlineData("""{"fileName":"","content":"SGVsbG8="}""", "INVALID_MEMBER", "fileName")]
    [InlineData("""{"fileName":"a.txt","title":"","content":"SGVsbG8="}""", "INVALID_MEMBER", "title")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","checksum":"md5"}""", "INVALID_MEMBER", "checksum")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","checksum":"00000000000000000000000000000000"}""", "INVALID_MEMBER", "checksum")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","linkTo":"x/../y"}""", "INVALID_MEMBER", "linkTo")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","contentDocumentId":"001Dn0000070000IAA"}""", "INVALID_MEMBER", "contentDocumentId")]
    [InlineData("""{"fileName":"a.txt","content":"SGVsbG8=","contentDocumentId":"069Dn0000070000IAA","linkTo":"001Dn0000070000IAA"}""", "INVALID_MEMBER", "linkTo")]
    public async Task What_cannot_be_uploaded_is_refused_by_the_member(string payload, string code, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("files/upload", payload)).ShouldBeProblem(400, code);

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(255, 255, null)]
    [InlineData(256, 1, "fileName")]
    [InlineData(1, 256, "title")]
    public async Task Names_and_titles_have_from_1_to_255_characters(int name, int title, string? refused)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("files/upload", new { fileName = new string('n', name), title = new string('t', title), content = Hello });

        if (refused is null)
        {
            reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        }
        else
        {
            ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe(refused);
        }
    }

    [Fact]
    public async Task No_URL_leads_out_of_the_container()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var url = new Uri(await app.Queues.UploadBlobAsync("salesforce-files", "in/hello.txt", "Hello"u8.ToArray()));
        var other = await app.Queues.UploadBlobAsync("salesforce-results", "secret.txt", "Secret"u8.ToArray());
        var account = url.GetLeftPart(UriPartial.Authority) + string.Concat(url.Segments[..2]);

        foreach (var hostile in HostileUrls.Of(account, other))
        {
            var problem = (await app.PostAsync("files/upload", new { fileName = "a.txt", contentUrl = hostile })).ShouldBeProblem(400, "INVALID_MEMBER");
            ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("contentUrl", hostile);
        }

        app.Org.Requests.ShouldBeEmpty();
    }

    private static async Task<JsonNode> VersionAsync(ConnectorApp app, string id) =>
        (await app.PostAsync("records/get", new { objectType = "ContentVersion", objectId = id })).Json;

    private static async Task<Reply> SendAsync(ConnectorApp app, string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
