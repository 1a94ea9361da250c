using System.Net;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Logins;

/// <summary>Secrets as they are in the vault, for as long as they are good, and never in an answer.</summary>
public sealed class SecretTests
{
    private const string TokenEndpoint = "/services/oauth2/token";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    [Fact]
    public async Task A_token_in_the_vault_is_read_again_after_its_lifetime()
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(time: time.Provider);
        var payload = new { soqlQuery = "SELECT Id FROM Account LIMIT 1", authentication = new { type = "bearer", tokenSecret = "salesforce-token" } };
        var (first, second) = (app.Secret(await app.LogInAtOrgAsync()), app.Secret(await app.LogInAtOrgAsync()));

        app.Vault.Set("salesforce-token", first);
        await app.PostAsync("query", payload);
        app.Vault.Set("salesforce-token", second);
        time.Provider.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await app.PostAsync("query", payload);
        time.Provider.Advance(TimeSpan.FromSeconds(1));
        await app.PostAsync("query", payload);

        app.Calls.Select(call => call.Headers["Authorization"]).ShouldBe([$"Bearer {first}", $"Bearer {first}", $"Bearer {second}"]);
        app.Vault.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task White_space_around_a_secret_is_no_part_of_it()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Vault.Set("salesforce-client-id", $" {ConnectorApp.ClientId}");
        app.Vault.Set("salesforce-client-secret", $"{ConnectorApp.ClientSecret}\r\n");

        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("form")]
    [InlineData("form in small letters")]
    [InlineData("form with +")]
    [InlineData("json")]
    [InlineData("json in code points")]
    public async Task A_secret_of_any_characters_that_a_reply_echoes_does_not_reach_the_caller(string notation)
    {
        await using var app = await ConnectorApp.StartAsync();
        var secret = app.Secret("p+q/r=s \"t\" \\ü😀&<u>");
        app.Vault.Set("salesforce-client-secret", secret);
        var echoed = notation switch
        {
            "form" => Uri.EscapeDataString(secret),
            "form in small letters" => string.Concat(Uri.EscapeDataString(secret).Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c)),
            "form with +" => Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal),
            _ => secret,
        };
        var description = notation == "json in code points"
            ? $"\"got {string.Concat(secret.Select(c => $"\\u{(int)c:x4}"))} here\""
            : JsonValue.Create($"got {echoed} here").ToJsonString();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 400, Body = $$"""{"error":"invalid_client","error_description":{{description}}}""" });

        var problem = (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);

        ((string?)problem["errors"]![0]!["message"]).ShouldBe("got (secret) here");
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    public async Task A_login_that_was_not_looked_at_is_no_refusal(int status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = status, Body = "", Times = 1 });

        (await app.PostAsync("query", Query)).ShouldBeProblem(503, "SALESFORCE_UNAVAILABLE", retryable: true);
        // No refusal is remembered.
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }
}
