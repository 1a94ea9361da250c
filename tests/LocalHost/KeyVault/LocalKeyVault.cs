using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>A Key Vault on loopback for the real <c>SecretClient</c> and for signing, with HTTPS and the authentication challenge.</summary>
/// <remarks>The client uses <see cref="VaultUri"/>; only its connections are redirected.</remarks>
public sealed class LocalKeyVault : IAsyncDisposable
{
    /// <summary>The value of the app setting <c>KeyVault__Uri</c>.</summary>
    public const string VaultUri = "https://local-connector.vault.azure.net";

    private readonly WebApplication _app;
    private readonly VaultSecrets _secrets;
    private readonly VaultKeys _keys;
    private readonly string _token;
    private readonly IPEndPoint _endPoint;

    private LocalKeyVault(WebApplication app, VaultSecrets secrets, VaultKeys keys, string token, IPEndPoint endPoint)
    {
        _token = token;
        _app = app;
        _secrets = secrets;
        _keys = keys;
        _endPoint = endPoint;
    }

    /// <summary>The loopback address that serves <see cref="VaultUri"/>.</summary>
    public Uri BaseUrl => new($"https://{_endPoint}/");

    /// <summary>If set, the HTTP status of all further requests, such as 503 or 403.</summary>
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
        var keys = new VaultKeys();

        // Another user of this machine can reach the port, and must not read the secrets of a real org.
        var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        app.Run(new VaultEndpoint(vault, keys, token).ServeAsync);
        await app.StartAsync(cancellationToken);

        return new LocalKeyVault(app, vault, keys, token, new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));
    }

    /// <summary>Adds a new version of a secret, which becomes the current one.</summary>
    public void Set(string name, string value) => _secrets.Set(name, value);

    public void Remove(string name) => _secrets.Remove(name);

    /// <summary>Makes a certificate whose key signs, or a new version of it.</summary>
    /// <param name="expiresAt">When the key stops signing; <see langword="null"/> for no end.</param>
    /// <returns>Its public part.</returns>
    public X509Certificate2 AddCertificate(string name, DateTimeOffset? expiresAt = null) => _keys.Add(name, expiresAt);

    /// <summary>The newest version of a key with its private part, for tests that look for it where it must not be.</summary>
    internal RSAParameters PrivateKey(string name) => _keys.Versions(name)![^1].Key.ExportParameters(includePrivateParameters: true);

    /// <summary>Disables the newest version of a key.</summary>
    public void DisableKey(string name) => _keys.DisableNewest(name);

    /// <summary>The names of all that is in it.</summary>
    public IEnumerable<string> Names => _secrets.Names.Concat(_keys.Names);

    /// <summary>Is called with the name of a secret that was asked for and is not there.</summary>
    public Action<string>? OnMissing
    {
        get => _secrets.OnMissing;
        set => _secrets.OnMissing = value;
    }

    /// <summary>Signatures that were made.</summary>
    public int Signatures => _keys.Signatures;

    /// <summary>
    /// Registers the credential and the transport with which a client of <see cref="VaultUri"/> connects to
    /// this vault. After the vault is disposed, it is unreachable.
    /// </summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TokenCredential>(new LocalVaultCredential(_token));
        services.AddSingleton<HttpPipelineTransport>(_ => LocalVaultTransport.Create(_endPoint, LoopbackCertificate.Hash));
    }

    /// <summary>Environment variables that make a worker process use this vault.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Variables => LocalVaultStartup.Variables(_endPoint, LoopbackCertificate.Hash, _token);

    /// <summary>What another process needs to put secrets.</summary>
    internal VaultAccess Access => new(BaseUrl, LoopbackCertificate.Hash, _token);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _keys.Dispose();
    }
}
