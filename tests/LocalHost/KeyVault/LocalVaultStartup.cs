using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(LocalHost.LocalVaultStartup))]

namespace LocalHost;

/// <summary>Runs in the worker's process while the app is built: leads its connections to Key Vault to the local one.</summary>
/// <remarks>The app itself is not changed for it: ASP.NET Core runs what <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c> names.</remarks>
internal sealed class LocalVaultStartup : IHostingStartup
{
    private const string EndpointVariable = "LOCALHOST_KEY_VAULT";
    private const string CertificateVariable = "LOCALHOST_KEY_VAULT_CERTIFICATE";

    /// <summary>The environment of a worker that is to use this vault.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Variables(IPEndPoint endPoint, string certificateHash) =>
    [
        new(EndpointVariable, endPoint.ToString()),
        new(CertificateVariable, certificateHash),
    ];

    public void Configure(IWebHostBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(EndpointVariable) is { } endPoint
            && Environment.GetEnvironmentVariable(CertificateVariable) is { } certificateHash)
        {
            builder.ConfigureServices(services =>
            {
                services.AddSingleton<TokenCredential>(new LocalVaultCredential());
                services.AddSingleton<HttpPipelineTransport>(_ => LocalVaultTransport.Create(IPEndPoint.Parse(endPoint), certificateHash));
            });
        }
    }
}
