using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;

namespace Connector.Tests.Hosting;

/// <summary>What request headers ask for: <c>Prefer</c> (RFC 7240), <c>Content-Encoding</c> (RFC 9110).</summary>
public sealed class HeaderTests(AzuriteFixture azurite)
{
    private const string Account = "001Dn0000070000IAA";

    private static readonly object Update = new { objectType = "Account", objectId = Account, fields = new { BillingCity = "Wien" } };

    [Theory]
    [InlineData("return=representation", 200)]
    [InlineData("return=\"representation\"", 200)]
    [InlineData("return=\"repres\\entation\"", 200)]
    [InlineData("Return = representation", 200)]
    [InlineData("wait=10, return=representation", 200)]
    [InlineData("foo=\"a,b;c\", return=representation", 200)]
    [InlineData("foo; x=\"return=minimal, y\", return=representation", 200)]
    [InlineData("return=representation; respond-async", 200)]
    [InlineData("return=representation; foo=\"respond-async\"", 200)]
    [InlineData("return=representation, return=minimal", 200)]
    [InlineData("return=minimal, return=representation", 204)]
    [InlineData("foo; return=representation", 204)]
    [InlineData("foo=\"x, return=representation\"", 204)]
    [InlineData("foo=\"x, return=representation, y\"", 204)]
    [InlineData("foo=\"\\\", return=representation, y\"", 204)]
    [InlineData("return", 204)]
    [InlineData("representation", 204)]
    [InlineData("respond-async=\"no\"", 204)]
    [InlineData("=, ;;, \"return=representation", 204)]
    public async Task A_representation_is_what_the_preference_asks_for(string prefer, int status)
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/update", Update, ("Prefer", prefer));

        ((int)reply.Status).ShouldBe(status, reply.Body);
    }

    [Fact]
    public async Task A_delete_by_an_external_id_has_a_body_too_though_nobody_says_which_record_it_was()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["DeleteRecord"]);
        foreach (var prefer in new[] { "return=representation", "return=representation, respond-async" })
        {
            (await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme", External_Id__c = "gone" } }))
                .Status.ShouldBe(HttpStatusCode.Created);

            var reply = await app.PostAsync(
                "records/delete", new { objectType = "Account", externalIdField = "External_Id__c", externalId = "gone" }, ("Prefer", prefer));
            reply = reply.Status == HttpStatusCode.Accepted ? await app.FetchResultAsync(reply) : reply;

            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
            reply.Body.ShouldBe("{\"success\":true,\"errors\":[]}");
            reply.Headers["Preference-Applied"].ShouldBe("return=representation");
        }
    }

    [Fact]
    public async Task Preferences_may_come_in_several_headers()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("records/update", Update, ("Prefer", "wait=10"), ("Prefer", "return=representation"));

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
    }

    [Theory]
    [InlineData("respond-async")]
    [InlineData("respond-async; x=1, return=\"representation\"")]
    [InlineData("return=representation; x=\"1\", RESPOND-ASYNC=\"\"")]
    public async Task Later_is_what_the_preference_asks_for(string prefer)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["UpdateRecord"]);

        var accepted = await app.PostAsync("records/update", Update, ("Prefer", prefer));

        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        (await app.FetchResultAsync(accepted)).Status.ShouldBe(prefer == "respond-async" ? HttpStatusCode.NoContent : HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("app.azurewebsites.net", "https://app.azurewebsites.net/api/results/")]
    [InlineData("localhost:7071", "http://localhost:7071/api/results/")]
    public async Task The_location_of_a_result_is_absolute_on_the_apps_own_host_whatever_the_request_says(string hostName, string beginning)
    {
        await using var app = await azurite.StartAppAsync(settings: new Dictionary<string, string?> { ["WEBSITE_HOSTNAME"] = hostName }, listensTo: ["UpdateRecord"]);

        var accepted = await app.PostAsync(
            "records/update", Update, ("Prefer", "respond-async"), ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "ftp"));

        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Body);
        accepted.Headers["Location"].ShouldBe($"{beginning}{accepted.Json["correlationId"]}");
        (await app.FetchResultAsync(new Reply(accepted.Status, new Dictionary<string, string> { ["Location"] = new Uri(accepted.Headers["Location"]).AbsolutePath }, "")))
            .Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    [InlineData("aws-chunked")]
    public async Task A_compressed_payload_is_refused_by_name(string encoding)
    {
        await using var app = await ConnectorApp.StartAsync();
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"soqlQuery":"SELECT Id FROM Account"}"""u8.ToArray(), TestContext.Current.CancellationToken);
        }

        using var response = await PostAsync(app, compressed.ToArray(), encoding);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        response.Headers.NonValidated["Accept-Encoding"].ToString().ShouldBe("identity");
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        ((string?)problem["errorCode"]).ShouldBe("INVALID_HEADER");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldStartWith("The header Content-Encoding must be identity or absent; got ");
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_whose_encoding_is_said_to_be_none_is_taken()
    {
        await using var app = await ConnectorApp.StartAsync();

        using var response = await PostAsync(app, Encoding.UTF8.GetBytes("""{"soqlQuery":"SELECT Id FROM Account"}"""), "Identity");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpResponseMessage> PostAsync(ConnectorApp app, byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding).ShouldBeTrue();
        return await app.Client.PostAsync(new Uri("query", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }
}
