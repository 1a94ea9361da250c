using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Logins;

/// <summary>Which credentials go where, and how often.</summary>
public sealed class CredentialTests
{
    private const string Calls = "/services/data/*";
    private const string TokenEndpoint = "/services/oauth2/token";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task Two_thousand_calls_of_64_clients_cost_one_login()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.SetDailyLimit(1_000_000);
        var id = (string?)(await app.PostAsync("query", Query)).Json["records"]![0]!["Id"];
        app.Org.ExpireTokens();

        var statuses = new int[2_000];
        await Parallel.ForAsync(
            0,
            statuses.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => statuses[i] = (int)(await app.PostAsync("records/get", new { objectType = "Account", objectId = id })).Status);

        statuses.ShouldAllBe(status => status == 200);
        app.Org.Stats.Logins.ShouldBe(2);
        app.Vault.Reads.ShouldBe(4);
    }

    [Fact]
    public async Task An_expired_token_costs_one_login_and_one_replay()
    {
        await using var app = await ConnectorApp.StartAsync();
        await app.PostAsync("query", Query);
        app.Org.ExpireTokens();

        var reply = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Acme" } });

        reply.Status.ShouldBe(HttpStatusCode.Created, reply.Body);
        app.Org.Stats.Logins.ShouldBe(2);
        app.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_org_that_refuses_every_session_costs_two_logins_a_burst()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 401,
            ErrorCode = "INVALID_SESSION_ID",
            Message = "Session expired or invalid",
        });

        for (var burst = 1; burst <= 2; burst++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => app.PostAsync("query", Query)));

            replies.ShouldAllBe(reply => (int)reply.Status == 502);
            replies[0].ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
            app.Org.Stats.Logins.ShouldBe(2 * burst);
            time.Provider.Advance(TimeSpan.FromSeconds(10));
        }
    }

    [Theory]
    [InlineData("This session is not valid for use with the REST API")]
    [InlineData("Connected app is not attached to Agent")]
    public async Task A_session_of_the_wrong_kind_is_not_renewed(string message)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 401, ErrorCode = "INVALID_SESSION_ID", Message = message });

        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        app.Org.Stats.Logins.ShouldBe(1);
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_login_is_502_and_not_repeated_by_every_caller()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        app.Org.SetClientSecret("another-secret-at-the-org");

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.PostAsync("query", Query)));

        var problem = replies[0].ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        ((string?)problem["errors"]![0]!["errorCode"]).ShouldBe("invalid_client");
        replies.ShouldAllBe(reply => (int)reply.Status == 502);
        app.Org.Requests.Count(request => request.Path == TokenEndpoint).ShouldBe(1);
    }

    [Fact]
    public async Task An_app_that_the_org_does_not_know_is_told_from_a_wrong_secret()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.Set("salesforce-client-id", "another-app");

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["errors"]![0]!["errorCode"]).ShouldBe("invalid_client_id");
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("The org has no app with this client id. A new app needs up to ten minutes until it works.");
    }

    [Fact]
    public async Task A_rotated_secret_works_without_a_restart()
    {
        await using var app = await ConnectorApp.StartAsync();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        app.Vault.Set("salesforce-client-secret", app.Secret("the-rotated-secret"));
        app.Org.SetClientSecret("the-rotated-secret");
        app.Org.ExpireTokens();

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_login_that_is_out_of_service_is_tried_again_and_then_503()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 503, Body = "<html>maintenance</html>" });

        (await app.PostAsync("query", Query)).ShouldBeProblem(503, "SALESFORCE_UNAVAILABLE", retryable: true);
        app.Org.Requests.Count.ShouldBe(3);

        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 503, Body = "", Times = 2 });
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"no client credentials user enabled"}""", 502, "invalid_grant")]
    [InlineData(404, "<html>no such page</html>", 502, "SALESFORCE_UNEXPECTED_REPLY")]
    [InlineData(400, """{"error":"rate_limit_exceeded","error_description":"slow down"}""", 503, "SALESFORCE_UNAVAILABLE")]
    [InlineData(200, "{}", 503, "SALESFORCE_UNAVAILABLE")]
    [InlineData(200, "[]", 503, "SALESFORCE_UNAVAILABLE")]
    public async Task What_the_token_endpoint_says_is_told(int status, string body, int expected, string errorCode)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = status, Body = body });

        var reply = await app.PostAsync("query", Query);

        ((int)reply.Status).ShouldBe(expected, reply.Body);
        ((string?)reply.Problem["errors"]![0]!["errorCode"]).ShouldBe(errorCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://acme.my.salesforce.com")]
    [InlineData("https://acme.my.salesforce.com.evil.example")]
    [InlineData("not a URL")]
    [InlineData("")]
    public async Task A_token_does_not_follow_an_instance_url_to_another_host(string instanceUrl)
    {
        await using var app = await ConnectorApp.StartAsync(org: new SimulatorOptions { InstanceUrl = instanceUrl });

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("instance_url");
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_go_to_the_instance_url()
    {
        await using var instance = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var app = await ConnectorApp.StartAsync(org: new SimulatorOptions { InstanceUrl = instance.BaseUrl.ToString() });

        await app.PostAsync("query", Query);

        app.Calls.ShouldBeEmpty();
        instance.Requests.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_missing_secret_is_500_naming_it_and_the_command_that_sets_it()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.Remove("salesforce-client-secret");

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(500, "SECRET_NOT_FOUND", retryable: true);
        ((string?)problem["detail"]).ShouldNotBeNull()
            .ShouldContain("az keyvault secret set --vault-name local-connector --name salesforce-client-secret");

        app.Vault.Set("salesforce-client-secret", ConnectorApp.ClientSecret);
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_vault_that_lets_the_app_read_nothing_is_500_naming_the_role()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.FailWith = 403;

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(500, "SECRET_ACCESS_DENIED", retryable: true);

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("Key Vault Secrets User");
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_503()
    {
        await using var app = await ConnectorApp.StartAsync();
        await app.Vault.DisposeAsync();

        (await app.PostAsync("query", Query)).ShouldBeProblem(503, "KEY_VAULT_UNAVAILABLE", retryable: true);
    }

    [Fact]
    public async Task While_the_vault_does_not_answer_the_secrets_read_last_serve()
    {
        await using var app = await ConnectorApp.StartAsync();
        await app.PostAsync("query", Query);
        app.Vault.FailWith = 503;
        app.Org.ExpireTokens();

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);

        app.Log.Text.ShouldContain("Key Vault does not answer");
    }
}
