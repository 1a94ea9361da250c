using System.Text.Json.Nodes;

namespace SalesforceSimulator.Tests;

public sealed class AdminTests
{
    [Fact]
    public async Task Stats_say_what_happened_and_a_reset_takes_it_back()
    {
        await using var org = await OrgDriver.StartAsync();
        await org.SendAsync("POST", "sobjects/Account", """{"Name":"New"}""");
        await org.SendAsync("POST", "/__admin/fill", """{"objectType":"Lead","count":10}""");
        await org.SendAsync("POST", "/__admin/faults", """[{"status":500}]""");

        (await org.GetAsync("/__admin/stats")).Body
            .ShouldBe("""{"logins":1,"calls":1,"records":{"Account":13,"Contact":13,"Opportunity":12,"Lead":22,"Case":12,"User":6,"Organization":1,"Invoice__c":12,"ContentVersion":1,"ContentDocument":1,"ContentDocumentLink":1,"Attachment":1,"Document":1}}""");
        (await org.SendAsync("POST", "/__admin/reset", null)).Status.ShouldBe(204);

        org.Simulator.Stats.ShouldSatisfyAllConditions(
            stats => stats.Logins.ShouldBe(0),
            stats => stats.Calls.ShouldBe(0),
            stats => stats.Records["Account"].ShouldBe(12),
            stats => stats.Records["Lead"].ShouldBe(12));
        (await org.GetAsync("limits")).Code.ShouldBe("INVALID_SESSION_ID");
    }

    [Fact]
    public async Task The_door_does_what_the_methods_do()
    {
        await using var org = await OrgDriver.StartAsync();

        await org.SendAsync("POST", "/__admin/faults", """[{"method":"GET","path":"/services/data/*/limits","rate":1,"times":null,"status":503,"errorCode":"SERVER_UNAVAILABLE","body":null,"delayMs":0,"reset":false,"truncate":false,"afterExecution":false}]""");
        (await org.GetAsync("limits")).Code.ShouldBe("SERVER_UNAVAILABLE");
        await org.SendAsync("DELETE", "/__admin/faults", null);
        (await org.GetAsync("limits")).Status.ShouldBe(200);

        await org.SendAsync("POST", "/__admin/expire-tokens", null);
        (await org.GetAsync("limits")).Code.ShouldBe("INVALID_SESSION_ID");

        await org.SendAsync("POST", "/__admin/credentials", """{"clientSecret":"new"}""");
        await org.LoginAsync("new");
        (await org.GetAsync("limits")).Status.ShouldBe(200);

        var requests = JsonNode.Parse((await org.GetAsync("/__admin/requests")).Body)!.AsArray();
        requests.Count.ShouldBe(org.Simulator.Requests.Count);
        ((string?)requests[^1]!["path"]).ShouldBe("/services/data/v67.0/limits");

        await org.SendAsync("POST", "/__admin/logins", """{"state":"UserInactive"}""");
        (await org.TokenAsync(new() { ["grant_type"] = "client_credentials", ["client_id"] = "local-client-id", ["client_secret"] = "new" }))
            .Json.GetProperty("error").GetString().ShouldBe("inactive_user");

        await org.SendAsync("POST", "/__admin/limits", """{"dailyApiRequests":0}""");
        (await org.GetAsync("limits")).Code.ShouldBe("REQUEST_LIMIT_EXCEEDED");
    }

    [Theory]
    [InlineData("POST", "faults", """{"status":500}""", 400)]
    [InlineData("POST", "faults", """[{"status":500,"sttaus":1}]""", 400)]
    [InlineData("POST", "faults", """[{"rate":2,"status":500}]""", 400)]
    [InlineData("POST", "faults", "[{}]", 400)]
    [InlineData("POST", "faults", "", 400)]
    [InlineData("POST", "credentials", """{"clientSecret":null}""", 400)]
    [InlineData("POST", "credentials", "{}", 400)]
    [InlineData("POST", "logins", """{"state":"Asleep"}""", 400)]
    [InlineData("POST", "logins", """{"state":17}""", 400)]
    [InlineData("POST", "fill", """{"objectType":"Nonsense","count":1}""", 400)]
    [InlineData("POST", "fill", """{"objectType":"Account","count":0}""", 400)]
    [InlineData("POST", "fill", """{"objectType":"User","count":1,"descriptionLength":5}""", 400)]
    [InlineData("POST", "limits", """{"dailyApiRequests":-1}""", 400)]
    [InlineData("GET", "nonsense", null, 404)]
    public async Task Wrong_input_is_refused_with_a_message(string method, string door, string? json, int status)
    {
        await using var org = await OrgDriver.StartAsync();

        var answer = await org.SendAsync(method, $"/__admin/{door}", json);

        answer.Status.ShouldBe(status);
        answer.Json.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        (await org.GetAsync("limits")).Status.ShouldBe(200);
    }
}
