using System.Net;
using System.Text;
using System.Text.Json;
using Connector.Tests.Drivers;

namespace Connector.Tests.Logins;

/// <summary>Which caller may use which org, as far as callers can be known.</summary>
public sealed class CallerTests(AzuriteFixture azurite)
{
    private const string Camunda = "11111111-2222-3333-4444-555555555555";
    private const string Other = "99999999-2222-3333-4444-555555555555";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Theory]
    [InlineData("azp", Camunda)]
    [InlineData("appid", Camunda)]
    public async Task An_application_on_the_list_may_use_the_org(string claim, string id)
    {
        await using var app = await StartAsync($"{Other}, {Camunda.ToUpperInvariant()}");

        (await app.PostAsync("query", Query, Principal(claim, id))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_application_is_told_who_it_is()
    {
        await using var app = await StartAsync(Camunda);

        var problem = (await app.PostAsync("query", Query, Principal("azp", Other))).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain($"the Microsoft Entra application {Other} is not on it");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("Salesforce__Callers");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldNotContain(Camunda);
        app.Org.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no base64")]
    [InlineData("bm8gSlNPTg==")]
    [InlineData("eyJjbGFpbXMiOlt7fV19")]
    [InlineData("eyJjbGFpbXMiOiJ4In0=")]
    [InlineData("W10=")]
    public async Task A_token_that_names_no_application_is_refused(string? header)
    {
        await using var app = await StartAsync(Camunda);

        var reply = header is null ? await app.PostAsync("query", Query) : await app.PostAsync("query", Query, ("X-MS-CLIENT-PRINCIPAL", header));

        ((string?)reply.ShouldBeProblem(403, "CALLER_NOT_ALLOWED")["detail"]).ShouldNotBeNull().ShouldContain("whose token names no Microsoft Entra application");
    }

    [Fact]
    public async Task Without_the_platforms_authentication_nobody_is_believed()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__Callers"] = Camunda });

        var problem = (await app.PostAsync("query", Query, Principal("azp", Camunda))).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("function keys do not tell callers apart");
    }

    [Fact]
    public async Task An_org_without_a_list_takes_every_caller()
    {
        await using var app = await ConnectorApp.StartAsync();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Messages_and_accepted_requests_are_taken_from_the_queues_on_the_list()
    {
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__Callers"] = $"{Camunda},salesforce-query", ["WEBSITE_AUTH_ENABLED"] = "True" },
            storage: await azurite.TakeAccountAsync(),
            listensTo: ["CreateRecord", "Query"]);
        var create = new { objectType = "Account", fields = new { Name = "Acme" } };
        (string, string) async = ("Prefer", "respond-async");

        (await app.PostAsync("query", Query, Principal("azp", Other), async)).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");
        var refused = (await app.PostAsync("records/create", create, Principal("azp", Camunda), async)).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");
        ((string?)refused["detail"]).ShouldNotBeNull().ShouldContain("the queue salesforce-create-record is not on it");
        (await app.PostAsync("records/create", create, Principal("azp", Camunda))).Status.ShouldBe(HttpStatusCode.Created);
        var accepted = await app.PostAsync("query", Query, Principal("azp", Camunda), async);
        (await app.FetchResultAsync(accepted, Principal("azp", Camunda))).Status.ShouldBe(HttpStatusCode.OK);

        await app.Queues.SendAsync("salesforce-create-record", JsonSerializer.Serialize(new { correlationId = "order-1", payload = create }));
        var result = await app.Queues.ReceiveResultAsync("order-1");
        ((int?)result["status"]).ShouldBe(403);
        ((string?)result["error"]!["errorCode"]).ShouldBe("CALLER_NOT_ALLOWED");
    }

    [Fact]
    public async Task A_result_is_given_to_callers_who_may_use_its_org_only()
    {
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__Callers"] = $"{Camunda},salesforce-query", ["WEBSITE_AUTH_ENABLED"] = "True" },
            storage: await azurite.TakeAccountAsync(),
            listensTo: ["Query"]);
        // An address that another caller can guess.
        var accepted = await app.PostAsync("query", Query, Principal("azp", Camunda), ("Prefer", "respond-async"), ("Idempotency-Key", "order-1"));
        var path = accepted.Headers["Location"];
        await QueueDriver.WaitAsync(
            async () => (await app.GetAsync(path, Principal("azp", Camunda))).Status == HttpStatusCode.OK, () => $"the result at {path}");

        var problem = (await app.GetAsync(path, Principal("azp", Other))).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain($"the Microsoft Entra application {Other} is not on it");
        (await app.GetAsync(path)).ShouldBeProblem(403, "CALLER_NOT_ALLOWED");
    }

    private static Task<ConnectorApp> StartAsync(string callers) => ConnectorApp.StartAsync(
        new Dictionary<string, string?> { ["Salesforce__Callers"] = callers, ["WEBSITE_AUTH_ENABLED"] = "True" });

    private static (string Name, string Value) Principal(string claim, string id)
    {
        var principal = new { auth_typ = "aad", claims = new[] { new { typ = "ver", val = "2.0" }, new { typ = claim, val = id } } };
        return ("X-MS-CLIENT-PRINCIPAL", Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(principal))));
    }
}
