using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Metadata;

public sealed class CheckTests(AzuriteFixture azurite)
{
    private static readonly object Everything = new
    {
        objectTypes = new[] { "Account", "Organization" },
        fields = new Dictionary<string, string[]> { ["Account"] = ["Name", "external_id__c"], ["Case"] = ["Subject", "Nonsense__c"] },
    };

    [Fact]
    public async Task A_connector_that_is_set_up_is_found_in_order()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await CheckAsync(app, new { objectTypes = new[] { "Account", "Organization" } });

        ((bool)reply["ok"]!).ShouldBeTrue(reply.ToJsonString());
        reply["secrets"]!["found"]!.AsArray().Select(name => (string?)name).ShouldBe(["salesforce-client-id", "salesforce-client-secret"]);
        ((string?)reply["login"]!["type"]).ShouldBe("oauth-client-credentials-flow");
        ((string?)reply["login"]!["username"]).ShouldBe("irene.integration@example.com");
        ((string?)reply["login"]!["organizationName"]).ShouldBe("Simulated Org");
        ((string?)reply["login"]!["organizationId"]).ShouldNotBeNull().ShouldStartWith("00D");
        ((bool?)reply["login"]!["isSandbox"]).ShouldBe(false);
        ((string?)reply["apiVersion"]!["version"]).ShouldBe("v67.0");
        ((string?)reply["apiVersion"]!["newest"]).ShouldBe("v68.0");
        ((bool)reply["apiAccess"]!["ok"]!).ShouldBeTrue();
        ((int)reply["limits"]!["dailyApiRequests"]!["max"]!).ShouldBe(5000);
        ((int)reply["limits"]!["dailyApiRequests"]!["remaining"]!).ShouldBeInRange(4980, 4999);
        ((int)reply["limits"]!["fileStorageMB"]!["max"]!).ShouldBe(20);
        ObjectTypes(reply).ShouldBe(["Account: True True True True ", "Organization: True False True False "]);
    }

    [Fact]
    public async Task Nothing_is_changed_at_the_org()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records;

        await CheckAsync(app, Everything);

        app.Calls.ShouldAllBe(call => call.Method == "GET");
        app.Org.Stats.Records.ShouldBe(before);
    }

    [Fact]
    public async Task Missing_fields_and_sObjects_are_named()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await CheckAsync(app, new { objectTypes = new[] { "Nonsense__c" }, fields = new Dictionary<string, string[]> { ["Account"] = ["Name"], ["Case"] = ["subject", "Nonsense__c"] } });

        ((bool)reply["ok"]!).ShouldBeFalse();
        var types = reply["objectTypes"]!.AsArray();
        ((string?)types[0]!["errorCode"]).ShouldBe("NOT_FOUND");
        ((string?)types[0]!["remedy"]).ShouldNotBeNullOrEmpty();
        ((bool)types[1]!["ok"]!).ShouldBeTrue();
        types[2]!["missingFields"]!.AsArray().Select(field => (string?)field).ShouldBe(["Nonsense__c"]);
        ((string?)types[2]!["problem"]).ShouldBe("Case has no field Nonsense__c, or the user may not read it.");
    }

    [Fact]
    public async Task A_missing_secret_is_named_and_nothing_is_sent()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.Remove("salesforce-client-secret");

        var reply = await CheckAsync(app, new { objectTypes = new[] { "Account" } });

        ((string?)reply["secrets"]!["errorCode"]).ShouldBe("SECRET_NOT_FOUND");
        reply["secrets"]!["found"]!.AsArray().Select(name => (string?)name).ShouldBe(["salesforce-client-id"]);
        reply["secrets"]!["missing"]!.AsArray().Select(name => (string?)name).ShouldBe(["salesforce-client-secret"]);
        ((string?)reply["secrets"]!["remedy"]).ShouldNotBeNull().ShouldContain("azd hooks run postprovision");
        ((bool)reply["login"]!["ok"]!).ShouldBeFalse();
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_login_is_told_with_what_to_do_and_tried_anew_each_time()
    {
        await using var app = await ConnectorApp.StartAsync();
        (await app.PostAsync("limits", new { })).Status.ShouldBe(HttpStatusCode.OK);
        app.Vault.Set("salesforce-client-secret", app.Secret("a-wrong-secret"));

        var refused = await CheckAsync(app, new { });
        app.Vault.Set("salesforce-client-secret", ConnectorApp.ClientSecret);
        var granted = await CheckAsync(app, new { });

        ((string?)refused["login"]!["errorCode"]).ShouldBe("SALESFORCE_AUTHENTICATION_FAILED");
        ((string?)refused["login"]!["remedy"]).ShouldNotBeNull().ShouldContain("Consumer Secret");
        ((bool)refused["apiAccess"]!["ok"]!).ShouldBeFalse();
        ((bool)granted["ok"]!).ShouldBeTrue(granted.ToJsonString());
        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_client_id_is_told_from_a_wrong_secret()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.Set("salesforce-client-id", "another-app");

        var reply = await CheckAsync(app, new { });

        ((string?)reply["login"]!["remedy"]).ShouldNotBeNull().ShouldContain("Consumer Key");
    }

    [Fact]
    public async Task A_user_without_API_access_and_an_unknown_version_are_told()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/v99.0/*", Status = 403, ErrorCode = "API_DISABLED_FOR_ORG", Message = "The REST API is not enabled." });

        var reply = await CheckAsync(app, new { apiVersion = "v99.0" });

        ((string?)reply["apiVersion"]!["problem"]).ShouldBe("The org does not know the API version v99.0.");
        ((string?)reply["apiVersion"]!["remedy"]).ShouldNotBeNull().ShouldContain("v68.0");
        ((string?)reply["apiAccess"]!["errorCode"]).ShouldBe("API_DISABLED_FOR_ORG");
        ((string?)reply["apiAccess"]!["remedy"]).ShouldNotBeNull().ShouldContain("API Enabled");
        ((bool)reply["limits"]!["ok"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_who_may_not_see_limits_is_told_the_requests_all_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "*/limits", Status = 403, ErrorCode = "INSUFFICIENT_ACCESS", Message = "No." });

        var reply = await CheckAsync(app, new { });

        ((bool)reply["ok"]!).ShouldBeTrue(reply.ToJsonString());
        ((int)reply["limits"]!["dailyApiRequests"]!["max"]!).ShouldBe(5000);
        reply["limits"]!["fileStorageMB"].ShouldBeNull();
    }

    [Fact]
    public async Task A_token_of_the_callers_is_checked_too()
    {
        await using var app = await ConnectorApp.StartAsync();

        var good = await CheckAsync(app, new { authentication = new { type = "bearer", token = app.Secret(await app.LogInAtOrgAsync()) } });
        var bad = await CheckAsync(app, new { authentication = new { type = "bearer", token = app.Secret("no-token-at-all") } });

        ((bool)good["ok"]!).ShouldBeTrue(good.ToJsonString());
        ((string?)good["login"]!["type"]).ShouldBe("bearer");
        ((bool)bad["login"]!["ok"]!).ShouldBeFalse();
        ((string?)bad["login"]!["errorCode"]).ShouldBe("SALESFORCE_AUTHENTICATION_FAILED");
        ((string?)bad["login"]!["remedy"]).ShouldNotBeNull().ShouldContain("new token");
        ((string?)bad["apiAccess"]!["errorCode"]).ShouldBe("SALESFORCE_AUTHENTICATION_FAILED");
        ((bool)bad["ok"]!).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"objectTypes":["../query"]}""", "objectTypes")]
    [InlineData("""{"objectTypes":[null]}""", "objectTypes")]
    [InlineData("""{"fields":{"Account/../x":["Name"]}}""", "fields.Account/../x")]
    [InlineData("""{"fields":{"Account":["Na me"]}}""", "fields")]
    [InlineData("""{"fields":{"Account":null}}""", "fields.Account")]
    [InlineData("""{"fields":{"Account":["Name"],"account":["Name"]}}""", "fields.Account")]
    [InlineData("""{"objectTypes":["A1","A2","A3","A4","A5","A6","A7","A8","A9","A10","A11","A12","A13","A14","A15","A16","A17","A18","A19","A20","A21","A22","A23","A24","A25","A26"]}""", "objectTypes")]
    public async Task A_member_that_cannot_be_used_is_named(string payload, string member)
    {
        await using var app = await ConnectorApp.StartAsync();

        var problem = (await app.PostAsync("check", payload)).ShouldBeProblem(400, "INVALID_MEMBER");

        ((string?)problem["errors"]![0]!["fields"]![0]).ShouldNotBeNull().ShouldStartWith(member);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task By_queue_it_is_the_same()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Check"]);

        await app.Queues.SendAsync("salesforce-check", """{"correlationId":"c","payload":{"objectTypes":["Account"]}}""");

        var result = await app.Queues.ReceiveResultAsync("c");
        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((bool)result["body"]!["ok"]!).ShouldBeTrue();
    }

    /// <summary>Makes a check, of which each part that is not in order says why, and what to do.</summary>
    internal static async Task<JsonNode> CheckAsync(ConnectorApp app, object payload)
    {
        var reply = await app.PostAsync("check", payload);
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        var check = reply.Json.AsObject();
        foreach (var part in check.Select(member => member.Value).OfType<JsonObject>().Concat(check["objectTypes"]!.AsArray().OfType<JsonObject>()).Where(part => !(bool)part["ok"]!))
        {
            foreach (var member in (string[])["errorCode", "problem", "remedy"])
            {
                ((string?)part[member]).ShouldNotBeNullOrEmpty($"{member} of {part.GetPath()}: {reply.Body}");
            }
        }

        return check;
    }

    private static IEnumerable<string> ObjectTypes(JsonNode reply) => reply["objectTypes"]!.AsArray().Select(type =>
        $"{type!["name"]}: {(bool)type["query"]!} {(bool)type["create"]!} {(bool)type["update"]!} {(bool)type["delete"]!} {string.Join(',', type["missingFields"]!.AsArray())}");
}
