using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Configuration;

namespace Benchmarks.Peers;

/// <summary>YARP with one route to one target, and nothing else: what passing a call on costs at least.</summary>
internal static class Proxy
{
    private const string Name = "target";

    public static async Task RunAsync(Uri target)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = Name, ClusterId = Name, Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = Name,
                    Destinations = new Dictionary<string, DestinationConfig> { [Name] = new() { Address = target.AbsoluteUri } },
                },
            ]);
        await using var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        await Conversation.HoldAsync(new Uri(app.Urls.Single()));
    }
}
