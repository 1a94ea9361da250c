using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Logins.Jwt;

/// <summary>A signing key with several versions, of which Salesforce has the certificate of one.</summary>
public sealed class KeyVersionTests
{
    private const string TokenEndpoint = "/services/oauth2/token";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task A_new_version_of_the_key_serves_before_and_after_its_certificate_is_uploaded()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(jwt: true, time: time.Provider, org: new SimulatorOptions { Time = time.Provider });
        await app.PostAsync("query", Query);

        // The vault has renewed the certificate; Salesforce has the old one.
        var renewed = app.Vault.AddCertificate(ConnectorApp.SigningKey);
        app.Org.ExpireTokens();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        app.Org.Requests.Count(request => request.Path == TokenEndpoint).ShouldBe(2);
        app.Log.Text.ShouldContain("an older one was used, which has no end: upload the new certificate's public part");

        // An instance that starts now finds out which of the two it is.
        await using (var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings, time.Provider))
        {
            (await other.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        }

        // Somebody has uploaded the new one.
        app.Org.SetJwtApp(new JwtApp(renewed));
        time.Provider.Advance(TimeSpan.FromSeconds(10));
        app.Org.ExpireTokens();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        time.Provider.Advance(TimeSpan.FromSeconds(10));
        app.Org.ExpireTokens();
        var before = app.Org.Requests.Count(request => request.Path == TokenEndpoint);
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        (app.Org.Requests.Count(request => request.Path == TokenEndpoint) - before).ShouldBe(1);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task The_newest_four_versions_are_tried(int newer, bool succeeds)
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);
        for (var i = 0; i < newer; i++)
        {
            app.Vault.AddCertificate(ConnectorApp.SigningKey);
        }

        (await app.PostAsync("query", Query)).Status.ShouldBe(succeeds ? HttpStatusCode.OK : HttpStatusCode.BadGateway);

        app.Org.Requests.Count(request => request.Path == TokenEndpoint).ShouldBe(4);
    }

    [Fact]
    public async Task Orgs_that_share_a_key_and_have_certificates_of_other_versions_find_their_own()
    {
        await using var first = await ConnectorApp.StartAsync(jwt: true);
        var old = first.Vault.AddCertificate("shared");
        var renewed = first.Vault.AddCertificate("shared");
        first.Org.SetJwtApp(new JwtApp(old));
        await using var emea = await Simulator.StartAsync(
            new SimulatorOptions { ClientSecret = null, JwtApp = new JwtApp(renewed) }, TestContext.Current.CancellationToken);
        await using var app = await first.StartInstanceAsync(new Dictionary<string, string?>(ConnectorApp.JwtSettings)
        {
            ["Salesforce__SigningKey"] = "shared",
            ["Salesforce__RefusedLoginPause"] = "00:00:00",
            ["Salesforce__Orgs__emea__BaseUrl"] = emea.BaseUrl.ToString(),
            ["Salesforce__Orgs__emea__Login"] = "jwt",
            ["Salesforce__Orgs__emea__ConsumerKey"] = ConnectorApp.ClientId,
            ["Salesforce__Orgs__emea__UserName"] = "irene.integration@example.com",
            ["Salesforce__Orgs__emea__SigningKey"] = "shared",
        });

        for (var time = 0; time < 3; time++)
        {
            (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
            (await app.PostAsync("query", new { baseUrl = emea.BaseUrl, soqlQuery = "SELECT Id FROM Account LIMIT 1" })).Status.ShouldBe(HttpStatusCode.OK);
            app.Org.ExpireTokens();
            emea.ExpireTokens();
        }

        // The first org's first login has tried the newest version.
        app.Org.Requests.Count(request => request.Path == TokenEndpoint).ShouldBe(1 + 3);
        emea.Requests.Count(request => request.Path == TokenEndpoint).ShouldBe(3);
    }

    [Fact]
    public async Task The_log_says_when_the_version_that_Salesforce_knows_ends()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(jwt: true, time: time.Provider, org: new SimulatorOptions { Time = time.Provider });
        app.Vault.DisableKey(ConnectorApp.SigningKey);
        var end = time.Provider.GetUtcNow().AddDays(90);
        app.Org.SetJwtApp(new JwtApp(app.Vault.AddCertificate(ConnectorApp.SigningKey, end)));
        app.Vault.AddCertificate(ConnectorApp.SigningKey, end.AddDays(365));

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        app.Log.Text.ShouldContain($"an older one was used, which stops signing at {end:u}: upload the new certificate's public part");
    }

    [Fact]
    public async Task A_certificate_that_nobody_uploaded_is_told_after_two_tries()
    {
        await using var app = await ConnectorApp.StartAsync(jwt: true);
        app.Vault.DisableKey(ConnectorApp.SigningKey);
        app.Vault.AddCertificate(ConnectorApp.SigningKey);
        app.Vault.AddCertificate(ConnectorApp.SigningKey);

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("az keyvault certificate download --name salesforce-jwt --encoding PEM");
        app.Org.Requests.Count.ShouldBe(2);
    }
}
