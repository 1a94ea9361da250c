using System.Net;
using System.Text;
using Azure;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Http;

namespace Connector.Tests.Files;

/// <summary>Requests whose body is a file, or should be one.</summary>
public sealed class FileRequestTests(AzuriteFixture azurite)
{
    private const string Form = "multipart/form-data; boundary=b";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_one_key_the_same_bytes_are_uploaded_once_and_others_are_refused(bool later)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UploadFile"]);
        Task<Reply> SendAsync(string bytes) => PostAsync(
            app, "files/upload?fileName=a.txt", "text/plain", bytes, [("Idempotency-Key", "k1"), .. later ? [("Prefer", "respond-async")] : Array.Empty<(string, string)>()]);

        var first = await SendAsync("Hello");
        var other = await SendAsync("Salut");
        var again = await SendAsync("Hello");

        other.ShouldBeProblem(422, "CORRELATION_ID_REUSED");
        if (later)
        {
            first = await app.FetchResultAsync(first);
            again = await app.FetchResultAsync(again);
        }

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        again.Body.ShouldBe(first.Body);
        app.Org.Stats.Records["ContentVersion"].ShouldBe(2);
        (await app.PostAsync("files/download", new { contentVersionId = (string)first.Json["id"]! })).Body.ShouldBe("Hello");
    }

    [Fact]
    public async Task A_repeat_does_not_write_over_the_blob_that_the_first_may_be_reading()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var container = app.Queues.Container("salesforce-files");
        async Task<Dictionary<string, ETag>> BlobsAsync() => await container.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToDictionaryAsync(blob => blob.Name, blob => blob.Properties.ETag!.Value, cancellationToken: TestContext.Current.CancellationToken);

        (await PostAsync(app, "files/upload?fileName=a.txt", "text/plain", "Hello", ("Idempotency-Key", "k1"))).Status.ShouldBe(HttpStatusCode.Created);
        var before = await BlobsAsync();
        (await PostAsync(app, "files/upload?fileName=a.txt", "text/plain", "Hello", ("Idempotency-Key", "k1"))).Status.ShouldBe(HttpStatusCode.Created);
        var after = await BlobsAsync();

        before.Count.ShouldBe(2);
        before.ShouldAllBe(blob => after[blob.Key] == blob.Value);
    }

    [Fact]
    public async Task Where_the_first_file_has_expired_another_takes_its_place()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var files = app.Services.GetRequiredService<FileContainer>();
        Task<StoredFile> StoreAsync(string folder) => files.WriteAsync(
            folder, "a.txt", "text/plain", (stream, cancellation) => stream.WriteAsync("Hello"u8.ToArray(), cancellation).AsTask(), TestContext.Current.CancellationToken);
        Task<string> FindFirstAsync(StoredFile file) => files.FindFirstAsync("k1", file.Url, [1], TestContext.Current.CancellationToken);
        var (first, second, third) = (await StoreAsync("uploads/1"), await StoreAsync("uploads/2"), await StoreAsync("uploads/3"));

        (await FindFirstAsync(first)).ShouldBe(first.Url);
        (await FindFirstAsync(second)).ShouldBe(first.Url);
        await app.Queues.Container("salesforce-files").GetBlobClient("uploads/1/a.txt").DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);
        (await FindFirstAsync(second)).ShouldBe(second.Url);
        (await FindFirstAsync(third)).ShouldBe(second.Url);
    }

    [Theory]
    [InlineData("contentUrl", "x")]
    [InlineData("content", "SGVsbG8=")]
    [InlineData("payload", """{"contentUrl":"x"}""")]
    [InlineData("payload", """{"content":"SGVsbG8="}""")]
    [InlineData("fileName", "b.txt", "fileName")]
    [InlineData("title", "b", "title")]
    [InlineData("payload", """{"title":"b"}""", "title")]
    public async Task A_form_says_everything_once(string name, string value, string? twice = null)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var file = Part("file", "Hello", "a.txt");
        var field = Part(name, value);
        var others = twice is null ? "" : Part(twice, "a");

        foreach (var parts in (string[])[file + field + others, field + file + others, others + field + file])
        {
            var problem = (await PostAsync(app, "files/upload", Form, $"{parts}--b--\r\n")).ShouldBeProblem(400, "INVALID_MEMBER");

            ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(twice ?? (value.Contains("Url", StringComparison.Ordinal) || name == "contentUrl" ? "contentUrl" : "content"));
        }

        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("fileName=a.txt&contentUrl=x", "contentUrl")]
    [InlineData("fileName=a.txt&content=x", "content")]
    [InlineData("fileName=a.txt&title=a&title=b", "title")]
    [InlineData("fileName=a.txt&fileName=b.txt", "fileName")]
    [InlineData("fileName=a.txt&linkTo=x", "linkTo")]
    [InlineData("fileName=a.txt&checksum=00000000000000000000000000000000", "checksum")]
    [InlineData("fileName=..%2Fa.txt", "fileName")]
    public async Task A_query_says_everything_once_and_rightly(string query, string member)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var problem = (await PostAsync(app, $"files/upload?{query}", "text/plain", "Hello")).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_that_is_cut_off_anywhere_is_refused()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var whole = $"{Part("title", "A title")}{Part("file", "Hello", "a.txt")}--b--";

        for (var length = 0; length < whole.Length; length++)
        {
            var problem = (await PostAsync(app, "files/upload", Form, whole[..length])).ShouldBeProblem(400, "INVALID_MEMBER");
            ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("body", $"{length}");
        }

        app.Org.Requests.ShouldBeEmpty();
        (await PostAsync(app, "files/upload", Form, whole)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=a b")]
    [InlineData("multipart/form-data;;; =")]
    [InlineData("multipart/form-data-of-another-kind; boundary=b/")]
    [InlineData("multipart/form-data; boundary=@71")]
    [InlineData("multipart/form-data; boundary=@6000")]
    public async Task A_type_without_a_boundary_that_can_be_used_is_refused(string type)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        var long_ = type.Split('@');

        var reply = await PostAsync(
            app, "files/upload", long_ is [var start, var length] ? start + new string('b', int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)) : type, $"{Part("file", "Hello", "a.txt")}--b--\r\n");

        ((string?)reply.ShouldBeProblem(400, "INVALID_MEMBER")["errors"]![0]!["fields"]![0]).ShouldBe("body");
        app.Org.Requests.ShouldBeEmpty();
    }

    public static TheoryData<string> Malformed => new(
        "--b\r\nX: y\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Disposition\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Disposition: \"\r\n\r\nHello\r\n--b--\r\n",
        $"--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\nX: {new string('x', 40_000)}\r\n\r\nHello\r\n--b--\r\n",
        $"--b\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 30))}\r\nHello\r\n--b--\r\n",
        $"{Part("title", new string('x', 70_000))}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("title", new string('x', 40_000))}{Part("payload", "{}" + new string(' ', 40_000))}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("title", "\u00ff")}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("payload", "[]")}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("payload", "{")}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("payload", """{"title":"a","title":"b"}""")}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("payload", $"{{\"title\":{new string('[', 100)}{new string(']', 100)}}}")}{Part("file", "Hello", "a.txt")}--b--\r\n",
        $"{Part("title", "A title")}--b--\r\n",
        "");

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_no_form_with_a_file_is_refused(string body)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        // Latin 1, so that there can be bytes that are no UTF-8.
        var problem = (await PostAsync(app, "files/upload", Form, body)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("body");
        app.Org.Requests.ShouldBeEmpty();
    }

    // As Camunda's REST connector sends them.
    [Fact]
    public async Task A_field_may_have_another_charset_and_the_file_no_name()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        const string Text = "\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n";

        var reply = await PostAsync(
            app,
            "files/upload",
            Form,
            $"--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Disposition: form-data; name=\"fileName\"{Text}gr\u00f6\u00dfe.txt\r\n--b--\r\n");
        var unknown = await PostAsync(app, "files/upload", Form, $"--b\r\nContent-Disposition: form-data; name=title{Text.Replace("ISO-8859-1", "IBM037", StringComparison.Ordinal)}x\r\n--b--\r\n");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        var version = await app.PostAsync("records/get", new { objectType = "ContentVersion", objectId = (string)reply.Json["id"]! });
        ((string?)version.Json["PathOnClient"]).ShouldBe("größe.txt");
        unknown.ShouldBeProblem(400, "INVALID_MEMBER");
    }

    [Fact]
    public async Task A_file_of_no_bytes_is_a_file()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        var reply = await PostAsync(app, "files/upload?fileName=a.txt", "text/plain", "");

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        (await app.PostAsync("files/download", new { contentVersionId = (string)reply.Json["id"]! })).Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_payload_over_the_limit_names_the_member_and_the_ways_for_a_large_file()
    {
        await using var app = await azurite.StartAppAsync(new Dictionary<string, string?> { ["Salesforce__MaxPayloadBytes"] = "2048" }, listensTo: []);

        var problem = (await app.PostAsync("files/upload", new { fileName = "a.txt", content = new string('A', 4_000) })).ShouldBeProblem(413, "PAYLOAD_TOO_LARGE");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldBe("content");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("2048 bytes");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("contentUrl");
    }

    // The Functions host sends such a body to no function. Where there is another one, the connector refuses it.
    [Fact]
    public void A_file_over_the_hosts_limit_is_refused_by_its_length_and_by_its_bytes()
    {
        var request = new DefaultHttpContext().Request;
        request.ContentLength = RequestBody.HostLimit + 1L;

        var byLength = Should.Throw<ConnectorException>(() => RequestBody.OpenFile(request)).Problem;
        var byBytes = RequestBody.Unreadable(new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge)).Problem;

        byBytes.ShouldBe(byLength with { Errors = byBytes.Errors });
        byLength.Status.ShouldBe(413);
        byLength.Detail.ShouldContain("104857600 bytes");
        byLength.Detail.ShouldContain("contentUrl");
        byLength.Errors[0].GetProperty("fields")[0].GetString().ShouldBe("body");
    }

    private static string Part(string name, string value, string? fileName = null) =>
        $"--b\r\nContent-Disposition: form-data; name={name}{(fileName is null ? "" : $"; filename={fileName}")}\r\n\r\n{value}\r\n";

    private static async Task<Reply> PostAsync(ConnectorApp app, string path, string type, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            response.StatusCode,
            response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
