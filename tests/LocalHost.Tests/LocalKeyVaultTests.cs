using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests;

/// <summary>The local vault against the client that talks to the real one.</summary>
public sealed class LocalKeyVaultTests
{
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
