using System.Net;
using System.Text.Json;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceSimulator;

namespace Connector.Tests.Logins;

/// <summary>Credentials that come with the payload, and orgs that each have their own.</summary>
public sealed class ForeignCredentialTests
{
    private const string Calls = "/services/data/*";
    private const string TokenEndpoint = "/services/oauth2/token";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task Explicit_credentials_serve_an_org_that_is_not_configured()
    {
        await using var app = await ConnectorApp.StartAsync();
        await using var other = await Simulator.StartAsync(
            new SimulatorOptions { ClientId = "other-id", ClientSecret = app.Secret("the-other-secret") }, TestContext.Current.CancellationToken);

        object Payload(string secret) => new
        {
            soqlQuery = "SELECT Id FROM Account LIMIT 1",
            baseUrl = other.BaseUrl,
            authentication = new { type = "oauth-client-credentials-flow", clientId = "other-id", clientSecret = secret },
        };

        (await app.PostAsync("query", Payload("the-other-secret"))).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("query", Payload("the-other-secret"))).Status.ShouldBe(HttpStatusCode.OK);
        other.Stats.Logins.ShouldBe(1);

        // The token of the right secret is not for who does not know it.
        (await app.PostAsync("query", Payload(app.Secret("a-wrong-secret")))).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        app.Org.Requests.ShouldBeEmpty();
        app.Vault.Reads.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"type":"bearer","token":"t"}""", true)]
    [InlineData("""{"type":"bearer","token":""}""", false)]
    [InlineData("""{"type":"bearer","tokenSecret":"s"}""", true)]
    [InlineData("""{"type":"bearer","tokenSecret":""}""", false)]
    [InlineData("""{"type":"bearer","token":"t","tokenSecret":"s"}""", false)]
    [InlineData("""{"type":"bearer","token":"t t"}""", false)]
    [InlineData("""{"type":"bearer","token":"~!"}""", true)]
    [InlineData("""{"type":"oauth-client-credentials-flow","clientId":"i","clientSecret":"s"}""", true)]
    [InlineData("""{"type":"oauth-client-credentials-flow","clientId":"","clientSecret":"s"}""", false)]
    [InlineData("""{"type":"oauth-client-credentials-flow","clientId":"i","clientSecret":""}""", false)]
    [InlineData("""{"type":"oauth-client-credentials-flow","clientId":"i"}""", false)]
    public void Credentials_are_whole_and_not_empty(string authentication, bool isTaken)
    {
        var payload = JsonSerializer.Deserialize($$"""{"soqlQuery":"SELECT Id FROM Account","authentication":{{authentication}}}""", OperationJson.Default.QueryPayload)!;

        if (isTaken)
        {
            payload.Authentication!.ToCredentials();
        }
        else
        {
            Should.Throw<InvalidPayloadException>(payload.Authentication!.ToCredentials);
        }
    }

    [Fact]
    public async Task A_bearer_token_is_used_as_it_is_and_never_renewed()
    {
        await using var app = await ConnectorApp.StartAsync();
        var token = app.Secret(await app.LogInAtOrgAsync());
        var payload = new { soqlQuery = "SELECT Id FROM Account LIMIT 1", authentication = new { type = "bearer", token } };

        (await app.PostAsync("query", payload)).Status.ShouldBe(HttpStatusCode.OK);
        app.LastCall.Headers["Authorization"].ShouldBe($"Bearer {token}");

        app.Org.ExpireTokens();
        var problem = (await app.PostAsync("query", payload)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("the bearer token in the payload");
        app.Org.Stats.Logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_bearer_token_may_be_kept_in_Key_Vault_and_rotated_there()
    {
        await using var app = await ConnectorApp.StartAsync();
        var payload = new { soqlQuery = "SELECT Id FROM Account LIMIT 1", authentication = new { type = "bearer", tokenSecret = "salesforce-token" } };
        (await app.PostAsync("query", payload)).ShouldBeProblem(500, "SECRET_NOT_FOUND", retryable: true);

        app.Vault.Set("salesforce-token", app.Secret(await app.LogInAtOrgAsync()));
        (await app.PostAsync("query", payload)).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("query", payload)).Status.ShouldBe(HttpStatusCode.OK);
        app.Vault.Reads.ShouldBe(1);

        app.Org.ExpireTokens();
        app.Vault.Set("salesforce-token", app.Secret(await app.LogInAtOrgAsync()));
        (await app.PostAsync("query", payload)).Status.ShouldBe(HttpStatusCode.OK);

        app.Org.ExpireTokens();
        var problem = (await app.PostAsync("query", payload)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("salesforce-token");
    }

    [Fact]
    public async Task Each_org_gets_its_own_secrets_and_no_other()
    {
        await using var emea = await Simulator.StartAsync(
            new SimulatorOptions { ClientId = "emea-id", ClientSecret = "the-emea-secret" }, TestContext.Current.CancellationToken);
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__Orgs__EMEA__BaseUrl"] = emea.BaseUrl.ToString() });
        app.Vault.Set("salesforce-emea-client-id", "emea-id");
        app.Vault.Set("salesforce-emea-client-secret", app.Secret("the-emea-secret"));
        app.Vault.Set("salesforce-emea-token", "x");

        object Payload(string? tokenSecret, Uri org) => new
        {
            soqlQuery = "SELECT Id FROM Account LIMIT 1",
            baseUrl = org,
            authentication = tokenSecret is null ? null : new { type = "bearer", tokenSecret },
        };

        (await app.PostAsync("query", Payload(null, emea.BaseUrl))).Status.ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync("query", Payload(null, app.Org.BaseUrl))).Status.ShouldBe(HttpStatusCode.OK);
        emea.Stats.Logins.ShouldBe(1);
        app.Org.Stats.Logins.ShouldBe(1);

        (await app.PostAsync("query", Payload("salesforce-token", emea.BaseUrl))).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("query", Payload("salesforce-emea-token", app.Org.BaseUrl))).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("query", Payload("salesforce-emea-client-secret", emea.BaseUrl))).ShouldBeProblem(400, "INVALID_MEMBER");
        (await app.PostAsync("query", Payload("Salesforce-EMEA-Client-Secret", app.Org.BaseUrl))).ShouldBeProblem(400, "INVALID_MEMBER");
    }

    [Fact]
    public async Task A_secret_that_a_reply_echoes_does_not_reach_the_caller()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = TokenEndpoint,
            Status = 400,
            Body = $$"""{"error":"invalid_client","error_description":"got {{ConnectorApp.ClientSecret}}"}""",
        });

        (await app.PostAsync("query", Query)).Body.ShouldNotContain(ConnectorApp.ClientSecret);
        app.Org.ClearFaults();

        var token = app.Secret(await app.LogInAtOrgAsync());
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 400, Body = $"<html>Authorization: Bearer {token}</html>" });
        var reply = await app.PostAsync(
            "query", new { soqlQuery = "SELECT Id FROM Account", authentication = new { type = "bearer", token } });
        reply.Body.ShouldNotContain(token);
        reply.Body.ShouldContain("Bearer (secret)");
    }
}
