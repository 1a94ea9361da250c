using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>A Key Vault on loopback for the real <c>SecretClient</c>, over HTTPS and with the vault's own challenge.</summary>
/// <remarks>The client believes that it talks to <see cref="VaultUri"/>: only its connections are led elsewhere.</remarks>
public sealed class LocalKeyVault : IAsyncDisposable
{
    /// <summary>What the app setting <c>KeyVault__Uri</c> gets.</summary>
    public const string VaultUri = "https://local-connector.vault.azure.net";

    private readonly WebApplication _app;
    private readonly VaultSecrets _secrets;
    private readonly IPEndPoint _endPoint;

    private LocalKeyVault(WebApplication app, VaultSecrets secrets, IPEndPoint endPoint)
    {
        _app = app;
        _secrets = secrets;
        _endPoint = endPoint;
    }

    /// <summary>The loopback address that answers for <see cref="VaultUri"/>.</summary>
    public Uri BaseUrl => new($"https://{_endPoint}/");

    /// <summary>The HTTP status that every read of a secret answers from now on, such as 503 or 403.</summary>
    public int? FailWith
    {
        get => _secrets.FailWith;
        set => _secrets.FailWith = value;
    }

    /// <summary>Reads of a secret that were granted.</summary>
    public int Reads => _secrets.Reads;

    public static async Task<LocalKeyVault> StartAsync(
        IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(secrets);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(LoopbackCertificate.Instance)));
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();

        var app = builder.Build();
        var vault = new VaultSecrets(secrets);
        app.Run(new VaultEndpoint(vault).ServeAsync);
        await app.StartAsync(cancellationToken);

        return new LocalKeyVault(app, vault, new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));
    }

    /// <summary>Gives a secret a new version, which is the current one from now on.</summary>
    public void Set(string name, string value) => _secrets.Set(name, value);

    public void Remove(string name) => _secrets.Remove(name);

    /// <summary>
    /// Registers the credential and the transport with which a <c>SecretClient</c> for <see cref="VaultUri"/>
    /// reaches this vault. They stay good after the vault is gone: it is then unreachable.
    /// </summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TokenCredential>(new LocalVaultCredential());
        services.AddSingleton<HttpPipelineTransport>(_ => LocalVaultTransport.Create(_endPoint, LoopbackCertificate.Hash));
    }

    /// <summary>The environment by which a worker in a process of its own reaches this vault.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Variables => LocalVaultStartup.Variables(_endPoint, LoopbackCertificate.Hash);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
