using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

/// <summary>No credential leaves to a host that is not on the list, and no path leaves the REST API, whatever is put in.</summary>
public sealed class HostileInputTests
{
    private const string Good = "acme.my.salesforce.com";
    private const string Evil = "evil.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Hosts and URLs that look like the org's, or like something else to somebody else.</summary>
    public static IReadOnlyList<string> Urls { get; } =
    [
        .. from scheme in (string[])["https://", "http://", "HTTPS://", "https:/", "https:", "//", "", "ftp://", "https:\\\\", "javascript:", "\thttps://", " https://"]
           from host in (string[])
           [
               Good, Evil, $"{Good}.{Evil}", $"{Evil}#{Good}", $"{Evil}?{Good}", $"{Evil}/{Good}", $"{Evil}\\{Good}", $"{Evil}%2f{Good}", $"{Evil}%00.{Good}",
               $"{Good}@{Evil}", $"{Good}:x@{Evil}", $"{Evil}@{Good}", $"{Good}%40{Evil}", $"{Good}:443@{Evil}:443", $"{Good}:8443", $"{Good}:0", $"{Good}:443",
               $"evil{Good}", "evilmy.salesforce.com", "my.salesforce.com", ".my.salesforce.com", $"{Good}.", $"{Good}..", $"ａcme.my.salesforce.com",
               "acme。my。salesforce。com", "acme.my.ѕalesforce.com", $"{Evil}\u3002{Good}", $"{Evil}／{Good}", $"{Evil}＃{Good}", $"{Evil}＠{Good}",
               "127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0", "169.254.169.254", "[::ffff:169.254.169.254]", $"{Good}\r\nHost: {Evil}",
               $"{Good}\u0000.{Evil}", $"{Good}/services/oauth2/token?x=", $"xn--{Good}", $"-.{Good}", $"*.{Good[5..]}",
           ]
           select scheme + host,
    ];

    /// <summary>Texts that mean something in a path, as they are and encoded.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        .. from text in (string[])
           [
               "..", ".", "../..", "../../../apexrest/Evil", "/", "//", "//evil.example/", "\\", "..\\..", "a/../../b", "x?y=z", "x#y", "x;y", "..;/x", ";/../x",
               "%", "%2e", "%2e%2e", "%2e%2e%2f", "%252e%252e%252f", "%c0%ae%c0%ae/", "．．", "\u2024\u2024", "。。/", "\r\nX-Evil: 1", "\u0000", "\t", " ", "\u00a0",
               "001000000000001AAA/../../x", "Account/describe", "001000000000001AAA?_HttpMethod=DELETE", "@{ref}", "{{secrets.X}}", "'", "\"", "<", "é", "😀", "\u202e",
           ]
           from form in (Func<string, string>[])
           [
               text => text, Uri.EscapeDataString, text => Uri.EscapeDataString(Uri.EscapeDataString(text)), text => "a" + text, text => text + "a",
               text => $"/services/data/v67.0/query/{text}", text => $"/services/data/v67.0/query/01g000000000001AAA-2000{text}",
               text => string.Concat(text.Select(c => $"%{(int)c & 0xff:x2}")), text => text + text, text => text.ToUpperInvariant(), text => "/" + text, text => text + "/", text => text.Replace('/', '\\'),
           ]
           select form(text),
    ];

    [Fact]
    public async Task A_connection_is_made_to_allowed_hosts_only()
    {
        Urls.Count.ShouldBeGreaterThan(500);
        var hosts = new AllowedHosts(Options.Create(new SalesforceOptions()));
        var connected = new List<DnsEndPoint>();
        using var connections = new SocketsHttpHandler
        {
            UseProxy = false,
            // What the connections of HttpClient would really be made to.
            ConnectCallback = (context, _) =>
            {
                connected.Add(context.DnsEndPoint);
                throw new IOException("As far as it goes.");
            },
        };
        using var client = new HttpClient(connections);

        foreach (var url in Urls)
        {
            if (Allowed(url, hosts) is { } org)
            {
                await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri(org.Origin, "/services/oauth2/token"), Cancellation), url);
            }
        }

        connected.ShouldNotBeEmpty();
        connected.ShouldAllBe(target => target.Port == 443);
        foreach (var target in connected)
        {
            target.Host.ShouldMatch(@"\A[a-z0-9.-]+\.my\.salesforce\.com\z");
        }
    }

    [Fact]
    public async Task A_payload_sends_its_secret_to_no_other_host()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__RefusedLoginPause"] = "00:00:00" });
        var hosts = new AllowedHosts(Options.Create(new SalesforceOptions()));
        var secret = app.Secret("a secret that came in a payload");

        foreach (var url in Urls.Where(url => Allowed(url, hosts) is null && !IsLoopback(url)))
        {
            var reply = await app.PostAsync(
                "limits", new { baseUrl = url, authentication = new { type = "oauth-client-credentials-flow", clientId = "id", clientSecret = secret } });

            reply.ShouldBeProblem(400, "INVALID_MEMBER");
            reply.Body.ShouldNotContain(secret);
        }

        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_follows_no_instance_url_to_another_host()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__RefusedLoginPause"] = "00:00:00" });
        var hosts = new AllowedHosts(Options.Create(new SalesforceOptions()));

        foreach (var url in Urls.Where(url => Allowed(url, hosts) is null && !IsLoopback(url)))
        {
            app.Org.AddFaults(new FaultRule
            {
                Path = "/services/oauth2/token",
                Status = 200,
                Body = new JsonObject { ["access_token"] = "00Dxx0000000001!token", ["instance_url"] = url, ["token_type"] = "Bearer" }.ToJsonString(),
                Times = 1,
            });

            var reply = await app.PostAsync("limits", new { });

            reply.Status.ShouldBe(HttpStatusCode.BadGateway, $"{url}: {reply.Body}");
            reply.Body.ShouldNotContain("00Dxx0000000001!token");
        }

        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_is_followed_nowhere()
    {
        await using var elsewhere = await Simulator.StartAsync(cancellationToken: Cancellation);
        await using var app = await ConnectorApp.StartAsync();
        foreach (var (path, status) in from path in (string[])["/services/oauth2/token", "/services/data/*"] from status in (int[])[301, 302, 303, 307, 308] select (path, status))
        {
            app.Org.ClearFaults();
            app.Org.AddFaults(new FaultRule
            {
                Path = path,
                Status = status,
                Body = "",
                Headers = new Dictionary<string, string> { ["Location"] = new Uri(elsewhere.BaseUrl, "/services/data/v67.0/limits").ToString() },
            });

            ((int)(await app.PostAsync("limits", new { })).Status).ShouldBeGreaterThanOrEqualTo(500);
        }

        elsewhere.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "objectId")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "objectType")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "relationshipFieldName")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "apiVersion")]
    [InlineData("records/get", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}""", "externalId")]
    [InlineData("records/get", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}""", "externalIdField")]
    [InlineData("records/delete", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}""", "externalId")]
    [InlineData("records/upsert", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x","fields":{"Name":"x"}}""", "externalId")]
    [InlineData("query/page", """{"nextRecordsUrl":"x"}""", "nextRecordsUrl")]
    [InlineData("describe", """{"objectType":"Account"}""", "objectType")]
    [InlineData("search", """{"soslSearch":"x"}""", "soslSearch")]
    [InlineData("query", """{"soqlQuery":"x"}""", "soqlQuery")]
    [InlineData("files/download", """{"contentVersionId":"x"}""", "contentVersionId")]
    [InlineData("files/download", """{"objectType":"Attachment","objectId":"00PDn0000070000MAA","field":"Body"}""", "objectType")]
    [InlineData("files/download", """{"objectType":"Attachment","objectId":"00PDn0000070000MAA","field":"Body"}""", "objectId")]
    [InlineData("files/download", """{"objectType":"Attachment","objectId":"00PDn0000070000MAA","field":"Body"}""", "field")]
    [InlineData("files/upload", """{"fileName":"a.txt","content":"SGVsbG8="}""", "linkTo")]
    public async Task No_path_leaves_its_resource(string route, string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();
        var resource = route.Split('/')[0] switch { "records" or "describe" or "files" => "sobjects", "search" => "search", _ => "query" };

        Texts.Count.ShouldBeGreaterThan(500);
        foreach (var text in Texts)
        {
            var spoilt = JsonNode.Parse(payload)!;
            spoilt[member] = text;
            var before = app.Calls.Count;

            var reply = await app.PostAsync(route, spoilt.ToJsonString());

            ((int)reply.Status).ShouldBeLessThan(500, $"{text}: {reply.Body}");
            foreach (var call in app.Calls.Skip(before))
            {
                call.Path.ShouldMatch($@"\A/services/data/v[0-9]+\.[0-9]/{resource}(/|\z)", text);
                call.Path.Split('/').Where(segment => Uri.UnescapeDataString(segment) is "." or "..").ShouldBeEmpty(text);
                call.Headers.ShouldNotContainKey("X-Evil");
            }

            if (app.Calls.Count > 500)
            {
                // The org remembers the last thousand requests only.
                app.Org.Reset();
            }
        }
    }

    [Theory]
    [InlineData("apex", """{"method":"GET","path":"x"}""", "path")]
    [InlineData("request", """{"method":"GET","path":"x"}""", "path")]
    [InlineData("actions", """{"type":"flow","name":"x","inputs":[{}]}""", "name")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"x"}""", "objectId")]
    [InlineData("records/get", """{"objectType":"x","objectId":"001000000000001AAA"}""", "objectType")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "relationshipFieldName")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "apiVersion")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "baseUrl")]
    [InlineData("records/get", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}""", "externalId")]
    [InlineData("records/get", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"x"}""", "externalIdField")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA"}""", "ifModifiedSince")]
    [InlineData("query/page", """{"nextRecordsUrl":"x"}""", "nextRecordsUrl")]
    [InlineData("search", """{"soslSearch":"x"}""", "soslSearch")]
    [InlineData("query", """{"soqlQuery":"x"}""", "soqlQuery")]
    [InlineData("query", """{"soqlQuery":"x","soqlParameters":{"a":1}}""", "soqlQuery")]
    [InlineData("search", """{"soslSearch":"x","soslParameters":{"a":"b"}}""", "soslSearch")]
    public async Task A_text_of_100_KB_is_answered_soon_whatever_it_repeats(string route, string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 400, ErrorCode = "MALFORMED_QUERY", Message = "m" });
        string[] pieces = ["%25", "../", "/", "a/", "'", "\\'", "\"", ":", ":a ", ":a", "{", "FIND {", "FIND :a ", "LAST_N_DAYS:", "LAST_N_DAYS:a", "(", "--", "0", "0.", "@", "%", " ", "\n", "a", "_", "https://"];

        foreach (var piece in pieces)
        {
            var spoilt = JsonNode.Parse(payload)!;
            spoilt[member] = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
            var started = TimeProvider.System.GetTimestamp();

            var reply = await app.PostAsync(route, spoilt.ToJsonString());

            ((int)reply.Status).ShouldBe(400, reply.Body);
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5), piece);
            reply.Body.Length.ShouldBeLessThan(20_000, piece);
        }
    }

    [Fact]
    public async Task The_scan_of_logs_answers_traces_and_metrics_hears_them_and_knows_a_secret()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = TelemetryScan.Heard;

        await app.PostAsync("limits", new { });

        TelemetryScan.Secrets.ShouldBeEmpty();
        TelemetryScan.Heard.ShouldBeGreaterThan(before);
        TelemetryScan.HasSecret(ConnectorApp.ClientSecret).ShouldBeTrue();
        TelemetryScan.HasSecret($"Bearer {await app.LogInAtOrgAsync()}").ShouldBeTrue();

        await using var org = await Simulator.StartAsync(
            new SimulatorOptions { AccessTokenLifetime = TimeSpan.FromMinutes(30) }, TestContext.Current.CancellationToken);
        TelemetryScan.HasSecret($"Bearer {await ConnectorApp.LogInAsync(org)}").ShouldBeTrue();
        var assertion = JwtAssertion.Join(JwtAssertion.Create("key", "user", "https://login.salesforce.com", DateTimeOffset.UnixEpoch), new byte[256]);
        TelemetryScan.HasSecret($"assertion={assertion}").ShouldBeTrue();
    }

    private static OrgUrl? Allowed(string url, AllowedHosts hosts)
    {
        try
        {
            return OrgUrl.Parse(url) is var org && hosts.Allows(org) ? org : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // The test's own app lets these in, as the simulated org is there.
    private static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback;
}
