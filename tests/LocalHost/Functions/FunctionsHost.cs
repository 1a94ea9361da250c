using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Hosting;

namespace LocalHost;

/// <summary>Serves a functions app on this machine as the Azure Functions host and its worker serve it.</summary>
/// <remarks>
/// One process stands for both: routes, keys and the outer body limit are the host's, the request's scope,
/// function classes and Kestrel's body limit the worker's.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>Kestrel's default, which holds in the worker until a function or the app raises it.</summary>
    private const long WorkerBodyLimit = 30_000_000;

    private readonly WebApplication _app;

    private FunctionsHost(
        WebApplication app, Uri baseUrl, IReadOnlyList<HttpFunctionInfo> functions, IReadOnlyList<QueueFunctionInfo> queueFunctions)
    {
        _app = app;
        BaseUrl = baseUrl;
        Functions = functions;
        QueueFunctions = queueFunctions;
    }

    /// <summary>The host's root, without the route prefix: <c>http://localhost:7071/</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The app's own services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The HTTP functions, in the order in which a request is matched against them.</summary>
    public IReadOnlyList<HttpFunctionInfo> Functions { get; }

    /// <summary>The queue functions that are listened to; none without <see cref="FunctionsHostOptions.Queues"/>.</summary>
    public IReadOnlyList<QueueFunctionInfo> QueueFunctions { get; }

    /// <summary>Finds the functions, builds the app and listens.</summary>
    /// <exception cref="FunctionsHostException">The functions or host.json are not what the host accepts.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting of the app is wrong.</exception>
    public static async Task<FunctionsHost> StartAsync(
        FunctionsHostOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);

        var builder = CreateBuilder(options);
        var hostJson = HostJson.Read(
            options.HostJsonPath ?? Path.Combine(AppContext.BaseDirectory, "host.json"), builder.Configuration);
        var methods = FunctionMethod.FindIn(options.FunctionsAssembly);
        var functions = HttpFunctionTable.Create(methods, hostJson.RoutePrefix);
        var queueFunctions = options.Queues ? QueueListeners.FindFunctions(methods, builder.Configuration) : [];
        builder.Services.AddHostedService(services => QueueListeners.Create(services, queueFunctions, hostJson.Queues, options.QueueLease));
        var app = builder.Build();
        try
        {
            app.Run(new HttpDispatcher(
                functions,
                new FunctionKeys(options.Key, options.MasterKey),
                app.Services.GetRequiredService<ILogger<HttpDispatcher>>(),
                app.Lifetime.ApplicationStopping).DispatchAsync);
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new FunctionsHost(
            app,
            AddressOf(app, options.Port),
            [.. functions.Select(function => function.Info)],
            [.. queueFunctions.Select(function => function.Info)]);
    }

    /// <summary>Cancels what runs, lets it end within a few seconds, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplicationBuilder CreateBuilder(FunctionsHostOptions options)
    {
        // Empty: neither appsettings.json nor ASPNETCORE_ variables reach an app on Azure either.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,

            // As under Core Tools.
            EnvironmentName = Environments.Development,
        });

        builder.Configuration
            .AddEnvironmentVariables()
            .AddAppSettings(options.Settings);

        builder.Host.UseDefaultServiceProvider(provider =>
        {
            provider.ValidateScopes = true;
            provider.ValidateOnBuild = true;
        });

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = WorkerBodyLimit;
            Listen(kestrel, options.Port);
        });

        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(5);

            // So that requests and messages end side by side.
            host.ServicesStopConcurrently = true;
        });
        options.ConfigureLogging?.Invoke(builder.Logging);
        builder.Services.AddSalesforceConnector();
        options.ConfigureServices?.Invoke(builder.Services);
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel, int port)
    {
        if (port == 0)
        {
            // Kestrel cannot choose one free port for both loopback addresses.
            kestrel.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(port);
        }
    }

    private static Uri AddressOf(WebApplication app, int port) =>
        new(port == 0 ? app.Urls.Single() : $"http://localhost:{port}/");
}
