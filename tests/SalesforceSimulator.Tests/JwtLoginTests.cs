using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace SalesforceSimulator.Tests;

/// <summary>Logins by JWT bearer, with assertions that are made here by hand.</summary>
public sealed class JwtLoginTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly RSA _key = RSA.Create(2048);
    private readonly FakeTimeProvider _time = new(Now);
    private readonly X509Certificate2 _certificate;

    public JwtLoginTests()
    {
        var request = new CertificateRequest("CN=test", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddYears(1));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task A_right_assertion_gets_a_token_without_what_only_a_secret_verifies()
    {
        await using var org = await StartAsync();

        var reply = await LogInAsync(org, Claims());

        reply.Status.ShouldBe(200, reply.Body);
        reply.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["access_token", "scope", "instance_url", "id", "token_type"]);
        org.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", reply.Json.GetProperty("access_token").GetString());
        (await org.GetAsync("limits")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("iss", "another", "invalid_client_id", "client identifier invalid")]
    [InlineData("sub", "another@example.com", "invalid_grant", "user hasn't approved this consumer")]
    [InlineData("aud", "https://test.salesforce.com", "invalid_grant", "audience is invalid")]
    [InlineData("exp", 0L, "invalid_grant", "expired authorization code")]
    [InlineData("exp", 181L, "invalid_grant", "expired authorization code")]
    [InlineData("exp", "soon", "invalid_grant", "invalid assertion")]
    [InlineData("iss", 1L, "invalid_grant", "invalid assertion")]
    public async Task A_wrong_claim_is_refused_in_Salesforces_words(string claim, object value, string error, string description)
    {
        await using var org = await StartAsync();

        var reply = await LogInAsync(org, new(Claims()) { [claim] = value is long seconds && claim == "exp" ? Now.ToUnixTimeSeconds() + seconds : value });

        ShouldBeRefused(reply, error, description);
    }

    [Theory]
    [InlineData(JwtApproval.NotAuthorized, "invalid_grant", "user hasn't approved this consumer")]
    [InlineData(JwtApproval.NotAssigned, "invalid_app_access", "user is not admin approved to access this app")]
    public async Task A_user_that_the_apps_policies_do_not_let_in_is_refused(JwtApproval approval, string error, string description)
    {
        await using var org = await StartAsync(approval);

        ShouldBeRefused(await LogInAsync(org, Claims()), error, description);
    }

    [Theory]
    [InlineData(LoginState.AppNotInstalled, "app_not_found", "External client app is not installed in this org")]
    [InlineData(LoginState.UserInactive, "inactive_user", "user is inactive")]
    [InlineData(LoginState.OrgInactive, "inactive_org", "organization is locked, closed, or suspended")]
    [InlineData(LoginState.Restricted, "invalid_grant", "ip restricted or invalid login hours")]
    public async Task An_org_that_lets_nobody_in_says_why(LoginState state, string error, string description)
    {
        await using var org = await StartAsync();
        org.Simulator.SetLoginState(state);

        ShouldBeRefused(await LogInAsync(org, Claims()), error, description);

        org.Simulator.Reset();
        (await LogInAsync(org, Claims())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Another_signature_is_refused_until_its_certificate_is_uploaded()
    {
        await using var org = await StartAsync();
        using var other = RSA.Create(2048);

        ShouldBeRefused(await LogInAsync(org, Claims(), other), "invalid_grant", "invalid assertion");

        var request = new CertificateRequest("CN=other", other, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Now, Now.AddYears(1));
        org.Simulator.SetJwtApp(new JwtApp(certificate));
        (await LogInAsync(org, Claims(), other)).Status.ShouldBe(200);
        ShouldBeRefused(await LogInAsync(org, Claims()), "invalid_grant", "invalid assertion");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("~.~.~")]
    [InlineData("e30.e30.e30")]
    public async Task What_is_no_assertion_is_refused(string assertion)
    {
        await using var org = await StartAsync();

        ShouldBeRefused(await SendAsync(org, assertion), "invalid_grant", "invalid assertion");
    }

    [Fact]
    public async Task An_app_without_a_certificate_is_nothing_that_the_simulator_knows()
    {
        await using var org = await OrgDriver.StartAsync();

        (await LogInAsync(org, Claims())).Status.ShouldBe(501);
        org.Simulator.NotKnownRequests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_app_without_a_secret_does_no_client_credentials()
    {
        await using var org = await StartAsync();

        var reply = await org.TokenAsync(new() { ["grant_type"] = "client_credentials", ["client_id"] = "local-client-id", ["client_secret"] = "local-client-secret" });

        ShouldBeRefused(reply, "invalid_grant", "no client credentials user enabled");
    }

    [Fact]
    public async Task An_access_token_that_is_a_JWT_says_when_it_ends_and_then_does()
    {
        await using var org = await StartAsync(lifetime: TimeSpan.FromMinutes(30));
        var token = (await LogInAsync(org, Claims())).Json.GetProperty("access_token").GetString()!;
        org.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        claims.RootElement.GetProperty("exp").GetInt64().ShouldBe(Now.AddMinutes(30).ToUnixTimeSeconds());
        (await org.GetAsync("limits")).Status.ShouldBe(200);
        _time.Advance(TimeSpan.FromMinutes(30));
        (await org.GetAsync("limits")).Error.ShouldBe("INVALID_SESSION_ID: Session expired or invalid");
    }

    [Fact]
    public async Task Replies_have_the_orgs_time()
    {
        await using var org = await StartAsync();

        (await LogInAsync(org, Claims())).Headers.Date.ShouldBe(Now);
    }

    private static Dictionary<string, object> Claims() => new()
    {
        ["iss"] = "local-client-id",
        ["sub"] = "irene.integration@example.com",
        ["aud"] = "https://login.salesforce.com",
        ["exp"] = Now.ToUnixTimeSeconds() + 180,
    };

    private async Task<OrgDriver> StartAsync(JwtApproval approval = default, TimeSpan? lifetime = null) => await OrgDriver.StartAsync(
        new SimulatorOptions { ClientSecret = null, JwtApp = new JwtApp(_certificate) { Approval = approval }, Time = _time, AccessTokenLifetime = lifetime },
        logIn: false);

    private Task<Answer> LogInAsync(OrgDriver org, Dictionary<string, object> claims, RSA? key = null)
    {
        var unsigned = $"{Base64Url.EncodeToString("""{"alg":"RS256"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = (key ?? _key).SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return SendAsync(org, $"{unsigned}.{Base64Url.EncodeToString(signature)}");
    }

    private static Task<Answer> SendAsync(OrgDriver org, string assertion) =>
        org.TokenAsync(new() { ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer", ["assertion"] = assertion });

    private static void ShouldBeRefused(Answer reply, string error, string description)
    {
        reply.Status.ShouldBe(400, reply.Body);
        (reply.Json.GetProperty("error").GetString(), reply.Json.GetProperty("error_description").GetString()).ShouldBe((error, description));
    }
}
