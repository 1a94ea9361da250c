using System.Net;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Operations.Metadata;
using SalesforceConnector.Salesforce.Client;
using SalesforceSimulator;

namespace Connector.Tests.Logins.Jwt;

/// <summary>Logins by JWT bearer: the vault signs, nothing has a secret, and each refusal says what to do.</summary>
public sealed class JwtLoginTests(AzuriteFixture azurite)
{
    private const string TokenEndpoint = "/services/oauth2/token";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task Ten_thousand_calls_64_at_a_time_cost_one_signature()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);

        await CallAsync(app, 10_000);

        (app.Vault.Signatures, app.Org.Stats.Logins, app.Vault.Reads).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task Where_tokens_are_shared_ten_thousand_calls_cost_one_signature_more_for_the_seal()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true, storage: await azurite.TakeAccountAsync(), listensTo: []);

        await CallAsync(app, 10_000);

        (app.Vault.Signatures, app.Org.Stats.Logins, app.Vault.Reads).ShouldBe((2, 1, 0));
    }

    [Fact]
    public async Task The_login_has_an_assertion_and_no_secret()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        var login = app.Org.Requests.Single(request => request.Path == TokenEndpoint);
        login.Body.ShouldStartWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
        login.Body.ShouldNotContain("secret");
        login.Headers.ShouldNotContainKey("Authorization");
    }

    [Fact]
    public async Task An_ended_session_costs_one_signature_more()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);
        await app.PostAsync("query", Query);
        app.Org.ExpireTokens();

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        app.Vault.Signatures.ShouldBe(2);
    }

    [Theory]
    [InlineData(JwtApproval.NotAuthorized, "invalid_grant", "Permitted Users")]
    [InlineData(JwtApproval.NotAssigned, "invalid_app_access", "profile or permission set that the user in Salesforce__UserName has")]
    public async Task A_user_that_is_not_approved_is_told_from_one_that_is_not_assigned(JwtApproval approval, string errorCode, string advice)
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(jwt: true, time: time.Provider, org: new SimulatorOptions { Time = time.Provider });
        var certificate = app.Vault.AddCertificate(ConnectorApp.SigningKey);
        app.Org.SetJwtApp(new JwtApp(certificate) { Approval = approval });

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.PostAsync("query", Query)));

        var problem = replies[0].ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        ((string?)problem["errors"]![0]!["errorCode"]).ShouldBe(errorCode);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(advice);
        // A refused login is remembered.
        app.Org.Requests.Count.ShouldBe(1);

        app.Org.SetJwtApp(new JwtApp(certificate));
        time.Provider.Advance(TimeSpan.FromSeconds(10));
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Salesforce__Audience", "https://wrong.example", "invalid_grant", "leave it out for the org's base URL")]
    [InlineData("Salesforce__ConsumerKey", "another-app", "invalid_client_id", "no app with the consumer key in Salesforce__ConsumerKey")]
    [InlineData("Salesforce__UserName", "somebody.else@example.com", "invalid_grant", "A user name of another org")]
    public async Task A_wrong_setting_is_named(string setting, string value, string errorCode, string advice)
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);
        await using var other = await app.StartInstanceAsync(new Dictionary<string, string?>(ConnectorApp.JwtSettings) { [setting] = value });

        var problem = (await other.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["errors"]![0]!["errorCode"]).ShouldBe(errorCode);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(advice);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldNotContain(value);
    }

    [Fact]
    public async Task The_address_for_all_orgs_passes_as_audience_where_the_org_takes_it()
    {
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__Audience"] = "https://login.salesforce.com" }, jwt: true);

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(-5, "The app's clock is 0:05:00 behind Salesforce's")]
    [InlineData(5, "The app's clock is 0:05:00 ahead of Salesforce's")]
    public async Task A_clock_that_is_five_minutes_off_is_told(int minutes, string told)
    {
        var now = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        await using var app = await ConnectorApp.StartAsync(
            jwt: true, time: new FakeTimeProvider(now.AddMinutes(minutes)), org: new SimulatorOptions { Time = new FakeTimeProvider(now) });

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(told);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task A_clock_that_is_a_minute_off_does_no_harm(int seconds)
    {
        var now = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        await using var app = await ConnectorApp.StartAsync(
            jwt: true, time: new FakeTimeProvider(now.AddSeconds(seconds)), org: new SimulatorOptions { Time = new FakeTimeProvider(now) });

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(85, "invalid assertion", "upload the certificate of the signing key")]
    [InlineData(-85, "invalid assertion", "upload the certificate of the signing key")]
    [InlineData(95, "invalid assertion", "The app's clock is 0:01:35 ahead of")]
    [InlineData(-95, "expired authorization code", "The app's clock is 0:01:35 behind")]
    [InlineData(-85, "expired authorization code", "see that the clock of the machine")]
    [InlineData(300, "ip restricted or invalid login hours", "IP restrictions")]
    [InlineData(300, "user hasn't approved this consumer", "Permitted Users")]
    public async Task The_clock_is_blamed_for_what_it_can_cause_only(int seconds, string description, string advice)
    {
        var now = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        await using var app = await ConnectorApp.StartAsync(
            jwt: true, time: new FakeTimeProvider(now.AddSeconds(seconds)), org: new SimulatorOptions { Time = new FakeTimeProvider(now) });
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 400, Body = $$"""{"error":"invalid_grant","error_description":"{{description}}"}""" });

        var detail = (string?)(await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true)["detail"];

        detail.ShouldNotBeNull().ShouldContain(advice);
        detail.Contains("The app's clock is", StringComparison.Ordinal).ShouldBe(advice.StartsWith("The app's clock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LoginState.AppNotInstalled, "app_not_found", "no external client app with the consumer key")]
    [InlineData(LoginState.UserInactive, "inactive_user", "Activate the integration user")]
    [InlineData(LoginState.OrgInactive, "inactive_org", "locked, closed or suspended")]
    [InlineData(LoginState.Restricted, "invalid_grant: ip restricted or invalid login hours", "IP restrictions")]
    public async Task What_else_Salesforce_refuses_has_its_advice(LoginState state, string said, string advice)
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true, org: new SimulatorOptions { LoginState = state });

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(said);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(advice);
    }

    [Fact]
    public async Task An_assertion_that_a_reply_echoes_does_not_reach_the_caller()
    {
        // While the clock stands still, the assertion stays the same.
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(jwt: true, time: time.Provider, org: new SimulatorOptions { Time = time.Provider });
        await app.PostAsync("query", Query);
        var assertion = app.Secret(app.Org.Requests[0].Body.Split("assertion=")[1]);
        app.Org.ExpireTokens();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 400, Body = $$"""{"error":"invalid_grant","error_description":"got {{assertion}}"}""" });

        var reply = await app.PostAsync("query", Query);

        reply.ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        reply.Body.ShouldContain("got (secret)");
        app.Org.Requests.Count(request => request.Body.EndsWith(assertion, StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_missing_key_is_500_naming_it_and_the_command_that_makes_it()
    {
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__SigningKey"] = "salesforce-other" }, jwt: true);

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(500, "SIGNING_KEY_NOT_FOUND", retryable: true);
        ((string?)problem["detail"]).ShouldNotBeNull()
            .ShouldContain("az keyvault certificate create --vault-name local-connector --name salesforce-other");

        app.Org.SetJwtApp(new JwtApp(app.Vault.AddCertificate("salesforce-other")));
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(403, 500, "SIGNING_KEY_ACCESS_DENIED", "Key Vault Crypto User")]
    [InlineData(400, 500, "KEY_VAULT_REFUSED", "must be an RSA key of 2,048 bits or more")]
    [InlineData(429, 503, "KEY_VAULT_UNAVAILABLE", "does not answer")]
    [InlineData(503, 503, "KEY_VAULT_UNAVAILABLE", "does not answer")]
    public async Task A_vault_that_does_not_sign_is_told(int status, int expected, string errorCode, string detail)
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);
        app.Vault.FailWith = status;

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(expected, errorCode, retryable: true);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain(detail);

        app.Vault.FailWith = null;
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_certificates_secret_is_no_token()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);

        (await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account", authentication = new { type = "bearer", tokenSecret = "Salesforce-JWT" } }))
            .ShouldBeProblem(400, "INVALID_MEMBER");
    }

    [Fact]
    public async Task A_check_finds_the_key_and_tries_the_login()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);

        var reply = (await app.PostAsync("check", new { })).Json;

        ((bool)reply["ok"]!).ShouldBeTrue(reply.ToJsonString());
        ((string?)reply["login"]!["type"]).ShouldBe("oauth-jwt-bearer-flow");
        ((string?)reply["secrets"]!["found"]![0]).ShouldBe(ConnectorApp.SigningKey);

        app.Vault.DisableKey(ConnectorApp.SigningKey);
        var missing = (await app.PostAsync("check", new { })).Json;
        ((string?)missing["secrets"]!["missing"]![0]).ShouldBe(ConnectorApp.SigningKey);
        ((string?)missing["secrets"]!["errorCode"]).ShouldBe("SIGNING_KEY_NOT_FOUND");
    }

    // One call comes by the front door. The others begin behind it, where tokens are had, and go to the org like it.
    private static async Task CallAsync(ConnectorApp app, int calls)
    {
        app.Org.SetDailyLimit(1_000_000);
        (await app.PostAsync("limits", new { })).Status.ShouldBe(HttpStatusCode.OK);
        var salesforce = app.Services.GetRequiredService<SalesforceClient>();
        await Parallel.ForAsync(
            1,
            calls,
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken },
            async (_, cancellation) =>
            {
                using var reply = await salesforce.SendAsync(new LimitsPayload(), new SalesforceRequest(HttpMethod.Get, "limits"), cancellation);
            });
        app.Org.Stats.Calls.ShouldBe(calls);
    }
}
