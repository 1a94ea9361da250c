using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(LocalHost.LocalVaultStartup))]

namespace LocalHost;

/// <summary>Runs in the worker's process while the app is built, and redirects its Key Vault connections to the local vault.</summary>
/// <remarks>Needs no change of the app: ASP.NET Core runs the assemblies in <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c>.</remarks>
internal sealed class LocalVaultStartup : IHostingStartup
{
    private const string EndpointVariable = "LOCALHOST_KEY_VAULT";
    private const string CertificateVariable = "LOCALHOST_KEY_VAULT_CERTIFICATE";
    private const string TokenVariable = "LOCALHOST_KEY_VAULT_TOKEN";

    /// <summary>Environment variables that make a worker use this vault.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Variables(IPEndPoint endPoint, string certificateHash, string token) =>
    [
        new(EndpointVariable, endPoint.ToString()),
        new(CertificateVariable, certificateHash),
        new(TokenVariable, token),
    ];

    public void Configure(IWebHostBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(EndpointVariable) is { } endPoint
            && Environment.GetEnvironmentVariable(CertificateVariable) is { } certificateHash
            && Environment.GetEnvironmentVariable(TokenVariable) is { } token)
        {
            builder.ConfigureServices(services =>
            {
                services.AddSingleton<TokenCredential>(new LocalVaultCredential(token));
                services.AddSingleton<HttpPipelineTransport>(_ => LocalVaultTransport.Create(IPEndPoint.Parse(endPoint), certificateHash));
            });
        }
    }
}
