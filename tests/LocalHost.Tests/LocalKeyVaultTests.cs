using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication.Jwt;

namespace LocalHost.Tests;

/// <summary>The local vault against the client that talks to the real one.</summary>
public sealed class LocalKeyVaultTests
{
    private static readonly byte[] Text = "what is signed"u8.ToArray();

    [Fact]
    public async Task A_secret_is_read_by_its_name_after_the_challenge()
    {
        await using var vault = await StartAsync();
        await using var client = new Client(vault);

        var secret = await client.GetAsync("salesforce-client-id");

        secret.Value.ShouldBe("local-client-id");
        secret.Name.ShouldBe("salesforce-client-id");
        secret.Properties.VaultUri.ShouldBe(new Uri(LocalKeyVault.VaultUri));
        vault.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_secret_is_a_404_that_says_so()
    {
        await using var vault = await StartAsync();
        await using var client = new Client(vault);

        var exception = await Should.ThrowAsync<RequestFailedException>(() => client.GetAsync("salesforce-other"));

        exception.Status.ShouldBe(404);
        exception.ErrorCode.ShouldBe("SecretNotFound");
        exception.Message.ShouldContain("salesforce-other");
        vault.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task A_rotated_secret_answers_with_its_new_value_and_keeps_the_old_version()
    {
        await using var vault = await StartAsync();
        await using var client = new Client(vault);
        var old = await client.GetAsync("salesforce-client-id");

        vault.Set("salesforce-client-id", "rotated");

        (await client.GetAsync("salesforce-client-id")).Value.ShouldBe("rotated");
        (await client.GetAsync("salesforce-client-id", old.Properties.Version)).Value.ShouldBe("local-client-id");
    }

    [Fact]
    public async Task A_removed_secret_is_gone()
    {
        await using var vault = await StartAsync();
        await using var client = new Client(vault);

        vault.Remove("salesforce-client-id");

        (await Should.ThrowAsync<RequestFailedException>(() => client.GetAsync("salesforce-client-id"))).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(403, "Forbidden")]
    [InlineData(503, "ServiceUnavailable")]
    public async Task Every_read_fails_while_it_is_told_to(int status, string code)
    {
        await using var vault = await StartAsync();
        await using var client = new Client(vault);

        vault.FailWith = status;
        var exception = await Should.ThrowAsync<RequestFailedException>(() => client.GetAsync("salesforce-client-id"));
        vault.FailWith = null;

        exception.Status.ShouldBe(status);
        exception.ErrorCode.ShouldBe(code);
        (await client.GetAsync("salesforce-client-id")).Value.ShouldBe("local-client-id");
    }

    [Fact]
    public async Task A_vault_that_is_gone_is_unreachable()
    {
        var vault = await StartAsync();
        await using var client = new Client(vault);
        await client.GetAsync("salesforce-client-id");

        await vault.DisposeAsync();

        (await Should.ThrowAsync<RequestFailedException>(() => client.GetAsync("salesforce-client-id"))).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_else_trusts_its_certificate()
    {
        await using var vault = await StartAsync();
        using var client = new HttpClient();

        var exception = await Should.ThrowAsync<HttpRequestException>(
            () => client.GetAsync(new Uri(vault.BaseUrl, "secrets/salesforce-client-id"), TestContext.Current.CancellationToken));

        exception.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
    }

    [Fact]
    public async Task It_signs_what_the_certificate_verifies_and_lists_the_keys_versions()
    {
        await using var vault = await StartAsync();
        using var old = vault.AddCertificate("salesforce-jwt");
        using var renewed = vault.AddCertificate("salesforce-jwt");
        using var services = Services(vault);
        var keys = Keys(services);

        var versions = await keys.ListAsync("Salesforce-JWT");
        var signatures = new[] { await keys.SignAsync(versions[0], Text), await keys.SignAsync(versions[1], Text) };

        versions.Count.ShouldBe(2);
        foreach (var (certificate, signature) in new[] { renewed, old }.Zip(signatures))
        {
            using var key = certificate.GetRSAPublicKey()!;
            certificate.HasPrivateKey.ShouldBeFalse();
            key.VerifyData(Text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        }

        vault.Signatures.ShouldBe(2);
        vault.DisableKey("salesforce-jwt");
        (await keys.ListAsync("Salesforce-JWT")).ShouldBe([versions[1]]);
        (await Should.ThrowAsync<ConnectorException>(() => keys.SignAsync(versions[0], Text))).Problem.ErrorCode.ShouldBe(ErrorCodes.SigningKeyAccessDenied);
        (await Should.ThrowAsync<ConnectorException>(() => keys.ListAsync("salesforce-other"))).Problem.ErrorCode.ShouldBe(ErrorCodes.SigningKeyNotFound);
    }

    [Theory]
    [InlineData("https://my-vault.vault.azure.net/", "https://vault.azure.net/.default")]
    [InlineData("https://my-vault.vault.usgovcloudapi.net/", "https://vault.usgovcloudapi.net/.default")]
    public void A_token_for_signing_is_for_the_vaults_own_cloud(string vault, string scope) =>
        SigningKeys.ScopeOf(new Uri(vault)).ShouldBe(scope);

    private static ServiceProvider Services(LocalKeyVault vault)
    {
        var services = new ServiceCollection();
        vault.AddTo(services);
        return services.BuildServiceProvider();
    }

    private static SigningKeys Keys(ServiceProvider services)
    {
        var options = new SecretClientOptions { Transport = services.GetRequiredService<HttpPipelineTransport>(), Retry = { MaxRetries = 0 } };
        var authorization = new BearerTokenAuthenticationPolicy(services.GetRequiredService<TokenCredential>(), "https://vault.azure.net/.default");
        return new SigningKeys(new Uri(LocalKeyVault.VaultUri), HttpPipelineBuilder.Build(options, authorization), TimeProvider.System);
    }

    private static Task<LocalKeyVault> StartAsync() => LocalKeyVault.StartAsync(
        new Dictionary<string, string> { ["salesforce-client-id"] = "local-client-id" }, TestContext.Current.CancellationToken);

    /// <summary>The real client, with nothing set but no retries.</summary>
    private sealed class Client : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private readonly SecretClient _client;

        public Client(LocalKeyVault vault)
        {
            var services = new ServiceCollection();
            vault.AddTo(services);
            _services = services.BuildServiceProvider();
            _client = new SecretClient(
                new Uri(LocalKeyVault.VaultUri),
                _services.GetRequiredService<TokenCredential>(),
                new SecretClientOptions
                {
                    Transport = _services.GetRequiredService<HttpPipelineTransport>(),
                    Retry = { MaxRetries = 0 },
                });
        }

        public async Task<KeyVaultSecret> GetAsync(string name, string? version = null) =>
            await _client.GetSecretAsync(name, version, cancellationToken: TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
