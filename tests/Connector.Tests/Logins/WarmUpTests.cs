using System.Net;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceSimulator;

namespace Connector.Tests.Logins;

/// <summary>The app has its tokens before it is called, and starts whether it gets them or not.</summary>
public sealed class WarmUpTests(AzuriteFixture azurite)
{
    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };
    private static readonly Dictionary<string, string?> On = new() { ["Salesforce__WarmUp"] = "true" };

    [Fact]
    public async Task It_is_on_unless_it_is_turned_off()
    {
        new SalesforceOptions().WarmUp.ShouldBeTrue();
        await using var app = await ConnectorApp.StartAsync();
        var warmUp = app.Services.GetServices<IHostedService>().OfType<WarmUp>().ShouldHaveSingleItem();

        await warmUp.ExecuteTask.ShouldNotBeNull();

        app.Org.Stats.Logins.ShouldBe(0);
    }

    [Fact]
    public async Task The_first_call_needs_no_login()
    {
        await using var app = await ConnectorApp.StartAsync(On);
        await WarmAsync(app);
        app.Org.Requests.ShouldHaveSingleItem().Path.ShouldBe("/services/oauth2/token");

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        app.Org.Stats.Logins.ShouldBe(1);
    }

    [Fact]
    public async Task Each_org_has_its_token()
    {
        await using var emea = await Simulator.StartAsync(
            new SimulatorOptions { ClientId = "emea-id", ClientSecret = "the-emea-secret" }, TestContext.Current.CancellationToken);
        await using var first = await ConnectorApp.StartAsync();
        first.Vault.Set("salesforce-emea-client-id", "emea-id");
        first.Vault.Set("salesforce-emea-client-secret", first.Secret("the-emea-secret"));

        await using var app = await first.StartInstanceAsync(
            new Dictionary<string, string?>(On) { ["Salesforce__Orgs__emea__BaseUrl"] = emea.BaseUrl.ToString() });
        await WarmAsync(app);

        (app.Org.Stats.Logins, emea.Stats.Logins).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task With_JWT_bearer_the_first_call_needs_no_signature_either(bool shared, int signatures)
    {
        await using var app = await ConnectorApp.StartAsync(On, storage: shared ? await azurite.TakeAccountAsync() : null, listensTo: [], jwt: true);
        await WarmAsync(app);
        (app.Vault.Signatures, app.Org.Stats.Logins).ShouldBe((signatures, 1));

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        (app.Vault.Signatures, app.Org.Stats.Logins).ShouldBe((signatures, 1));
    }

    [Fact]
    public async Task Another_instance_that_starts_needs_no_login_at_all()
    {
        await using var first = await azurite.StartAppAsync(On, listensTo: []);
        await WarmAsync(first);

        await using var second = await first.StartInstanceAsync(On);
        await WarmAsync(second);

        (await second.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        first.Org.Stats.Logins.ShouldBe(1);
    }

    [Fact]
    public async Task The_start_does_not_wait_for_it_nor_does_the_end()
    {
        var time = new FakeTimeProvider();
        await using var first = await ConnectorApp.StartAsync(org: new SimulatorOptions { Time = time });
        first.Org.AddFaults(new FaultRule { Path = "/services/oauth2/token", DelayMs = 1 });

        await using var app = await first.StartInstanceAsync(On);
        var warmUp = WarmAsync(app);
        await ManualTime.UntilAsync(() => app.Org.Requests.Count == 1);

        (await app.GetAsync("openapi.json")).Status.ShouldBe(HttpStatusCode.OK);
        warmUp.IsCompleted.ShouldBeFalse();
        await app.StopFunctionsAsync();
        warmUp.IsCompletedSuccessfully.ShouldBeTrue();
        app.Org.Stats.Logins.ShouldBe(0);
        app.Log.Text.ShouldNotContain("There is no token");

        // Only now does the org answer.
        time.Advance(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_is_logged_and_the_first_call_tries_again(bool atVault)
    {
        await using var first = await ConnectorApp.StartAsync();
        if (atVault)
        {
            first.Vault.FailWith = 403;
        }
        else
        {
            first.Org.AddFaults(new FaultRule { Path = "/services/oauth2/token", Status = 503, Body = "" });
        }

        await using var app = await first.StartInstanceAsync(On);
        await WarmAsync(app);
        app.Log.Text.ShouldContain($"There is no token for {app.Org.BaseUrl.ToString().TrimEnd('/')} yet");

        first.Vault.FailWith = null;
        first.Org.ClearFaults();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_failure_whatever_stops_the_app()
    {
        var log = new CollectedLog();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        var options = Options.Create(new SalesforceOptions { BaseUrl = "https://mydomain.my.salesforce.com" });
        // There is no token provider: nothing that anybody foresaw.
        await using var services = new ServiceCollection()
            .AddSingleton(new Orgs(options, Options.Create(new KeyVaultOptions()), new AllowedHosts(options)))
            .BuildServiceProvider();
        using var warmUp = new WarmUp(services, options, logging.CreateLogger<WarmUp>());

        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        await warmUp.ExecuteTask.ShouldNotBeNull();

        log.Text.ShouldContain("There is no token for https://mydomain.my.salesforce.com yet");
    }

    private static Task WarmAsync(ConnectorApp app) =>
        app.Services.GetServices<IHostedService>().OfType<WarmUp>().Single().ExecuteTask
        ?? throw new InvalidOperationException("It was not started.");
}
