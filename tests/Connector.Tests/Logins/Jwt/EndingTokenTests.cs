using System.Buffers.Text;
using System.Net;
using System.Text;
using Connector.Tests.Drivers;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceSimulator;

namespace Connector.Tests.Logins.Jwt;

/// <summary>Access tokens that are JWTs say when they end, and are replaced before.</summary>
public sealed class EndingTokenTests
{
    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };
    private static readonly DateTimeOffset Since = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_call_meets_a_token_that_has_ended(bool jwt)
    {
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(
            jwt: jwt, time: time.Provider, org: new SimulatorOptions { Time = time.Provider, AccessTokenLifetime = TimeSpan.FromMinutes(30) });

        var calls = 0;
        var token = await CallAsync();
        for (var tokens = 1; tokens <= 4; tokens++)
        {
            // More than nine tenths of its time are over. The call goes by the old token, and a new one is had meanwhile.
            time.Provider.Advance(TimeSpan.FromMinutes(tokens == 1 ? 27.1 : 27.1 - 2.9));
            var old = token;
            (await CallAsync()).ShouldBe(old);
            await QueueDriver.WaitAsync(async () => (token = await CallAsync()) != old, () => "a new token");

            // That the old one has ended is not noticed.
            time.Provider.Advance(TimeSpan.FromMinutes(2.9));
            (await CallAsync()).ShouldBe(token);
            app.Org.Stats.Logins.ShouldBe(tokens + 1);
        }

        // A call that meets a token that has ended is made twice.
        app.Calls.Count.ShouldBe(calls);

        async Task<string> CallAsync()
        {
            calls++;
            (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
            return app.LastCall.Headers["Authorization"];
        }
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_after_a_pause_only()
    {
        const string TokenEndpoint = "/services/oauth2/token";
        var time = new ManualTime();
        await using var app = await ConnectorApp.StartAsync(
            new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" },
            time: time.Provider,
            org: new SimulatorOptions { Time = time.Provider, AccessTokenLifetime = TimeSpan.FromMinutes(30) });
        await app.PostAsync("query", Query);
        var asked = Asked();
        app.Org.AddFaults(new FaultRule { Path = TokenEndpoint, Status = 400, Body = """{"error":"invalid_grant","error_description":"expired"}""" });

        time.Provider.Advance(TimeSpan.FromMinutes(27.1));
        await app.PostAsync("query", Query);
        await ManualTime.UntilAsync(() => app.Log.Lines("could not be replaced yet").Count > 0);
        var failed = Asked();
        failed.ShouldBeGreaterThan(asked);
        await app.PostAsync("query", Query);
        await app.PostAsync("query", Query);
        Asked().ShouldBe(failed);

        time.Provider.Advance(TimeSpan.FromSeconds(10));
        await app.PostAsync("query", Query);
        await ManualTime.UntilAsync(() => Asked() > failed);

        int Asked() => app.Org.Requests.Count(request => request.Path == TokenEndpoint);
    }

    [Fact]
    public async Task A_token_of_another_clock_is_used_as_long_as_it_is_good_for()
    {
        var time = new ManualTime();
        var ahead = new ManualTime();
        ahead.Provider.SetUtcNow(time.Provider.GetUtcNow().AddHours(5));
        await using var app = await ConnectorApp.StartAsync(
            time: time.Provider, org: new SimulatorOptions { Time = ahead.Provider, AccessTokenLifetime = TimeSpan.FromMinutes(30) });

        await app.PostAsync("query", Query);
        time.Provider.Advance(TimeSpan.FromMinutes(23));
        await app.PostAsync("query", Query);
        app.Org.Stats.Logins.ShouldBe(1);

        time.Provider.Advance(TimeSpan.FromMinutes(7));
        await app.PostAsync("query", Query);
        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"exp":1800,"iat":600}""", 1200.0)]
    [InlineData("""{"exp":1795696200}""", 1800.0)]
    [InlineData("""{"exp":600,"iat":1800}""", null)]
    [InlineData("""{"exp":99999999999999999}""", null)]
    [InlineData("""{"exp":9223372036854775807,"iat":0}""", null)]
    [InlineData("""{"exp":"soon"}""", null)]
    [InlineData("""{"iat":600}""", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("no JSON", null)]
    public void The_end_is_read_from_the_claims(string claims, double? seconds)
    {
        var token = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2lnbmF0dXJl";

        TokenExpiry.EndOf(token, Since).ShouldBe(seconds is { } after ? Since.AddSeconds(after) : null);
    }

    [Theory]
    [InlineData("00D5g000004cZ5Y!AR8AQ.opaque")]
    [InlineData("a.b.c")]
    [InlineData("a..c")]
    [InlineData("a.~~~~.c")]
    [InlineData("")]
    public void Other_tokens_have_no_end(string token) => TokenExpiry.EndOf(token, Since).ShouldBeNull();
}
