using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Jwt;

namespace Connector.Tests.Logins.Jwt;

/// <summary>Which versions of a key sign, of a vault that has many.</summary>
public sealed class SigningKeysTests
{
    private const string Vault = "https://a-vault.vault.azure.net";
    private const string Next = "https://a-vault.vault.azure.net/keys/k/versions?page=2";

    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task All_pages_are_read_and_the_newest_version_comes_first()
    {
        var vault = new PagedVault(new() { ["api-version=7.4"] = Page(Next, Key("old", 1), Key("new", 3)), ["page=2"] = Page(null, Key("middle", 2)) });

        (await VersionsAsync(vault)).ShouldBe(["new", "middle", "old"]);
    }

    [Fact]
    public async Task The_next_page_is_had_from_the_vault_only()
    {
        var vault = new PagedVault(new() { ["api-version=7.4"] = Page("https://evil.example/keys/k/versions?page=2", Key("one", 1)), ["page=2"] = Page(null, Key("evil", 2)) });

        (await VersionsAsync(vault)).ShouldBe(["one"]);
        vault.Hosts.ShouldBe(["a-vault.vault.azure.net"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_vault_that_answers_something_else_is_unavailable(string answer) =>
        (await Should.ThrowAsync<ConnectorException>(() => VersionsAsync(new PagedVault(new() { ["api-version=7.4"] = answer })))).Problem.ErrorCode
            .ShouldBe(ErrorCodes.KeyVaultUnavailable);

    [Theory]
    [InlineData(false, null, null, false)]
    [InlineData(true, null, null, true)]
    [InlineData(true, 0, null, true)]
    [InlineData(true, 1, null, false)]
    [InlineData(true, null, 1, true)]
    [InlineData(true, null, 0, false)]
    public async Task A_version_signs_while_it_is_enabled_and_its_time_has_come_and_is_not_over(bool enabled, int? beginsIn, int? endsIn, bool signs)
    {
        var attributes = new JsonObject
        {
            ["enabled"] = enabled,
            ["nbf"] = Now.ToUnixTimeSeconds() + beginsIn,
            ["exp"] = Now.ToUnixTimeSeconds() + endsIn,
            ["created"] = 1,
        };
        var vault = new PagedVault(new() { ["api-version=7.4"] = Page(null, $$"""{"kid":"{{Vault}}/keys/k/one","attributes":{{attributes.ToJsonString()}} }""") });

        if (signs)
        {
            (await VersionsAsync(vault)).ShouldBe(["one"]);
        }
        else
        {
            (await Should.ThrowAsync<ConnectorException>(() => VersionsAsync(vault))).Problem.ErrorCode.ShouldBe(ErrorCodes.SigningKeyNotFound);
        }
    }

    [Theory]
    [InlineData(400, "KEY_VAULT_REFUSED", 500)]
    [InlineData(405, "KEY_VAULT_REFUSED", 500)]
    [InlineData(408, "KEY_VAULT_UNAVAILABLE", 503)]
    [InlineData(429, "KEY_VAULT_UNAVAILABLE", 503)]
    [InlineData(500, "KEY_VAULT_UNAVAILABLE", 503)]
    public async Task A_key_that_cannot_sign_is_told_from_a_vault_that_does_not_answer(int status, string errorCode, int expected)
    {
        using var vault = new RefusingVault(status);
        using var transport = new HttpClientTransport(vault);
        var options = new SigningKeyOptions { Transport = transport, Retry = { MaxRetries = 0 } };
        var keys = new SigningKeys(new Uri(Vault), HttpPipelineBuilder.Build(options), new FakeTimeProvider(Now));

        var problem = (await Should.ThrowAsync<ConnectorException>(() => keys.SignAsync(new KeyVersion("k", "one"), new byte[1]))).Problem;

        (problem.ErrorCode, problem.Status).ShouldBe((errorCode, expected));
        if (expected == 500)
        {
            problem.Detail.ShouldBe(
                $"The Key Vault a-vault.vault.azure.net refused to sign by the key k: it must be an RSA key of 2,048 bits or more that may sign. Name another in the setting SigningKey, or make a certificate by infra/signing-certificate.json. It answered {status} BadParameter.");
        }
    }

    private static async Task<IEnumerable<string>> VersionsAsync(PagedVault vault)
    {
        using var transport = new HttpClientTransport(vault);
        var keys = new SigningKeys(new Uri(Vault), HttpPipelineBuilder.Build(new SigningKeyOptions { Transport = transport }), new FakeTimeProvider(Now));
        return (await keys.ListAsync("k")).Select(version => version.Version);
    }

    private static string Key(string version, int created) => $$$"""{"kid":"{{{Vault}}}/keys/k/{{{version}}}","attributes":{"enabled":true,"created":{{{created}}}}}""";

    private static string Page(string? next, params string[] keys) => $$"""{"value":[{{string.Join(',', keys)}}],"nextLink":{{(next is null ? "null" : $"\"{next}\"")}}}""";

    private sealed class PagedVault(Dictionary<string, string> pages) : HttpMessageHandler
    {
        public List<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            var page = pages.Single(page => request.RequestUri.Query.Contains(page.Key, StringComparison.Ordinal)).Value;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(page, Encoding.UTF8, "application/json") });
        }
    }

    /// <summary>Answers as Key Vault does to RS256 by an EC key, whatever the status.</summary>
    private sealed class RefusingVault(int status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(
                    """{"error":{"code":"BadParameter","message":"Key and signing algorithm are incompatible. Key is of type 'EC', and algorithm 'RS256' can only be used with a key of type 'RSA' or 'RSA-HSM'."}}""",
                    Encoding.UTF8,
                    "application/json"),
            });
    }
}
