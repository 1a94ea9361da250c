using System.Net.Http.Headers;

namespace SalesforceSimulator.Tests;

/// <summary>What stands before the resources: versions, quota, lengths, methods, media types, and the record of it all.</summary>
public sealed class DoorTests
{
    [Fact]
    public async Task The_versions_are_listed_for_everyone_and_cost_nothing()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Http.DefaultRequestHeaders.Authorization = null;

        var answer = await org.GetAsync("/services/data");

        answer.Json[0].ToString().ShouldBe("""{"label":"Summer '14","url":"/services/data/v31.0","version":"31.0"}""");
        answer.Json.EnumerateArray().Select(version => version.GetProperty("label").GetString()).ShouldContain("Summer '26");
        org.Simulator.Stats.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("v31.0", 200)]
    [InlineData("v68.0", 200)]
    [InlineData("v30.0", 410)]
    [InlineData("v7.0", 410)]
    [InlineData("v69.0", 404)]
    [InlineData("67.0", 404)]
    [InlineData("v67", 404)]
    public async Task Only_supported_versions_are_served(string version, int status)
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.GetAsync($"/services/data/{version}/limits")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Every_call_counts_towards_the_daily_limit()
    {
        await using var org = await OrgDriver.StartAsync();
        org.Simulator.SetDailyLimit(2);

        var first = await org.GetAsync("sobjects/Account/nonsense");
        var second = await org.GetAsync("limits");
        var third = await org.GetAsync("limits");

        first.Headers.GetValues("Sforce-Limit-Info").ShouldBe(["api-usage=1/2"]);
        second.Json.GetProperty("DailyApiRequests").ToString().ShouldBe("""{"Max":2,"Remaining":0}""");
        (third.Status, third.Error).ShouldBe((403, "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded."));
        third.Headers.GetValues("Sforce-Limit-Info").ShouldBe(["api-usage=2/2"]);
        org.Simulator.Stats.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_URI_or_head_over_16384_bytes_is_refused()
    {
        await using var org = await OrgDriver.StartAsync();
        var room = 16_384 - org.Http.BaseAddress!.ToString().Length - $"{OrgDriver.Data[1..]}/limits?x=".Length;

        (await org.GetAsync($"limits?x={new string('a', room + 1)}")).Status.ShouldBe(414);
        (await org.GetAsync($"limits?x={new string('a', room)}")).Status.ShouldBe(431);
        (await org.GetAsync("limits", ("X-Long", new string('a', 16_300)))).Status.ShouldBe(431);
        (await org.GetAsync($"limits?x={new string('a', 15_000)}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_method_a_resource_lacks_and_a_path_nothing_serves_are_recorded_as_unexpected()
    {
        await using var org = await OrgDriver.StartAsync();

        (await org.SendAsync("PUT", "sobjects/Account", "{}")).Error.ShouldBe("METHOD_NOT_ALLOWED: HTTP Method 'PUT' not allowed. Allowed are GET,POST");
        (await org.GetAsync("nonsense")).Error.ShouldBe("NOT_FOUND: The requested resource does not exist");
        (await org.GetAsync("/elsewhere")).Status.ShouldBe(404);

        org.Simulator.UnexpectedRequests.Select(request => $"{request.Method} {request.Path}")
            .ShouldBe([$"PUT {OrgDriver.Data}/sobjects/Account", $"GET {OrgDriver.Data}/nonsense", "GET /elsewhere"]);
    }

    [Fact]
    public async Task A_body_that_is_not_called_JSON_is_refused()
    {
        await using var org = await OrgDriver.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, $"{OrgDriver.Data}/sobjects/Account") { Content = new StringContent("{}", MediaTypeHeaderValue.Parse("text/plain")) };

        var answer = await org.SendAsync(request);

        (answer.Status, answer.Code).ShouldBe((415, "UNSUPPORTED_MEDIA_TYPE"));
    }

    [Fact]
    public async Task Requests_are_recorded_as_they_were_sent()
    {
        await using var org = await OrgDriver.StartAsync();

        await org.SendAsync("PATCH", "sobjects/Account/External_Id__c/a%2Fb%20c?updateOnly=true", new string('x', 100_000), ("X-Test", "1"));
        await org.GetAsync("/__admin/stats");

        var request = org.Simulator.Requests[^1];
        request.Method.ShouldBe("PATCH");
        request.Path.ShouldBe($"{OrgDriver.Data}/sobjects/Account/External_Id__c/a%2Fb%20c");
        request.Query.ShouldBe("updateOnly=true");
        request.Headers["x-test"].ShouldBe("1");
        request.Body.Length.ShouldBe(64 * 1024);
    }

    [Fact]
    public async Task A_given_port_is_taken_and_named_localhost()
    {
        int port;
        await using (var org = await OrgDriver.StartAsync())
        {
            port = org.Simulator.BaseUrl.Port;
        }

        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Port = port }, TestContext.Current.CancellationToken);

        simulator.BaseUrl.ShouldBe(new Uri($"http://localhost:{port}"));
        await Should.ThrowAsync<IOException>(() => Simulator.StartAsync(new SimulatorOptions { Port = port }, TestContext.Current.CancellationToken));
    }
}
