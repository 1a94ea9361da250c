using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>A Key Vault on loopback for the real <c>SecretClient</c>, with HTTPS and the authentication challenge.</summary>
/// <remarks>The client uses <see cref="VaultUri"/>; only its connections are redirected.</remarks>
public sealed class LocalKeyVault : IAsyncDisposable
{
    /// <summary>The value of the app setting <c>KeyVault__Uri</c>.</summary>
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

    /// <summary>The loopback address that serves <see cref="VaultUri"/>.</summary>
    public Uri BaseUrl => new($"https://{_endPoint}/");

    /// <summary>If set, the HTTP status of all further reads, such as 503 or 403.</summary>
    public int? FailWith
    {
        get => _secrets.FailWith;
        set => _secrets.FailWith = value;
    }

    /// <summary>The number of successful reads.</summary>
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

    /// <summary>Adds a new version of a secret, which becomes the current one.</summary>
    public void Set(string name, string value) => _secrets.Set(name, value);

    public void Remove(string name) => _secrets.Remove(name);

    /// <summary>
    /// Registers the credential and the transport with which a <c>SecretClient</c> for <see cref="VaultUri"/> connects to
    /// this vault. After the vault is disposed, it is unreachable.
    /// </summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TokenCredential>(new LocalVaultCredential());
        services.AddSingleton<HttpPipelineTransport>(_ => LocalVaultTransport.Create(_endPoint, LoopbackCertificate.Hash));
    }

    /// <summary>Environment variables that make a worker process use this vault.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Variables => LocalVaultStartup.Variables(_endPoint, LoopbackCertificate.Hash);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
