using System.Net.Http.Headers;
using System.Text;

namespace SalesforceSimulator.Tests;

public sealed class LoginTests
{
    private static readonly Dictionary<string, string> Good = new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = "local-client-id",
        ["client_secret"] = "local-client-secret",
    };

    [Fact]
    public async Task A_token_reply_has_what_Salesforce_sends_and_no_lifetime()
    {
        await using var org = await OrgDriver.StartAsync(new SimulatorOptions { InstanceUrl = "https://example.my.salesforce.com" });

        var reply = await org.TokenAsync(Good);

        reply.Status.ShouldBe(200);
        reply.Json.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"]);
        reply.Json.GetProperty("instance_url").GetString().ShouldBe("https://example.my.salesforce.com");
        reply.Json.GetProperty("token_type").GetString().ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("grant_type", "password", "unsupported_grant_type", "grant type not supported")]
    [InlineData("client_id", "someone", "invalid_client_id", "client identifier invalid")]
    [InlineData("client_secret", "wrong", "invalid_client", "invalid client credentials")]
    public async Task A_wrong_login_is_refused_in_Salesforces_words(string member, string value, string error, string description)
    {
        await using var org = await OrgDriver.StartAsync();

        var reply = await org.TokenAsync(new(Good) { [member] = value });

        reply.Status.ShouldBe(400);
        reply.Json.GetProperty("error").GetString().ShouldBe(error);
        reply.Json.GetProperty("error_description").GetString().ShouldBe(description);
        org.Simulator.Stats.Logins.ShouldBe(1);
    }

    [Fact]
    public async Task Credentials_may_come_in_a_Basic_header_and_the_form_in_chunks()
    {
        await using var org = await OrgDriver.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/services/oauth2/token")
        {
            Content = new StringContent("grant_type=client_credentials", Encoding.ASCII, "application/x-www-form-urlencoded"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String("local-client-id:local-client-secret"u8));
        request.Headers.TransferEncodingChunked = true;

        var reply = await org.SendAsync(request);

        reply.Status.ShouldBe(200);
        org.Simulator.Requests[^1].Headers.ShouldContainKeyAndValue("Transfer-Encoding", "chunked");
    }

    [Fact]
    public async Task A_rotated_secret_refuses_the_old_one()
    {
        await using var org = await OrgDriver.StartAsync();

        org.Simulator.SetClientSecret("rotated");

        (await org.TokenAsync(Good)).Json.GetProperty("error").GetString().ShouldBe("invalid_client");
        (await org.TokenAsync(new(Good) { ["client_secret"] = "rotated" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Expired_revoked_and_missing_tokens_answer_INVALID_SESSION_ID()
    {
        await using var org = await OrgDriver.StartAsync();
        const string Refusal = "INVALID_SESSION_ID: Session expired or invalid";

        org.Simulator.ExpireTokens();
        var expired = await org.GetAsync("limits");
        await org.LoginAsync();
        var token = org.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        await org.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/services/oauth2/revoke") { Content = new FormUrlEncodedContent([new("token", token)]) });
        var revoked = await org.GetAsync("limits");
        org.Http.DefaultRequestHeaders.Authorization = null;
        var missing = await org.GetAsync("limits");

        new[] { expired, revoked, missing }.ShouldAllBe(answer => answer.Status == 401 && answer.Error == Refusal);
        org.Simulator.Stats.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_identity_of_the_token_is_that_of_the_integration_user()
    {
        await using var org = await OrgDriver.StartAsync();
        var id = (await org.TokenAsync(Good)).Json.GetProperty("id").GetString()!;

        var reply = await org.GetAsync(new Uri(id).AbsolutePath);

        reply.Json.GetProperty("username").GetString().ShouldBe("irene.integration@example.com");
    }
}
