using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests;

/// <summary>A functions app of a few classes: the genuine worker with just them, on a local host of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private TestApp(FunctionsHost host, InProcessWorker worker)
    {
        Host = host;
        Worker = worker;
        Client = new HttpClient { BaseAddress = host.BaseUrl };
    }

    public FunctionsHost Host { get; }

    public InProcessWorker Worker { get; }

    public HttpClient Client { get; }

    public static Task<TestApp> StartAsync(params Type[] functionClasses) =>
        StartAsync(new FunctionsHostOptions(), null, functionClasses);

    public static Task<TestApp> StartAsync(FunctionsHostOptions options, params Type[] functionClasses) =>
        StartAsync(options, null, functionClasses);

    /// <param name="configureServices">Registers what the classes need.</param>
    public static async Task<TestApp> StartAsync(
        FunctionsHostOptions options, Action<IServiceCollection>? configureServices, params Type[] functionClasses)
    {
        InProcessWorker worker = null!;
        var host = await FunctionsHost.StartAsync(
            options with
            {
                AppFolder = options.AppFolder == FunctionsHostOptions.BuiltApp ? AppContext.BaseDirectory : options.AppFolder,
                Gateway = await InProcessWorker.Gateway,
                StartWorker = options.StartWorker ?? InProcessWorker.For(
                    builder =>
                    {
                        builder.ConfigureFunctionsWebApplication();
                        builder.Services.AddSingleton<IFunctionMetadataProvider>(new ReflectedFunctions(functionClasses));
                        configureServices?.Invoke(builder.Services);
                    },
                    null,
                    started => worker = started),
            },
            TestContext.Current.CancellationToken);
        return new TestApp(host, worker);
    }

    public async Task<string> GetStringAsync(string path) =>
        await Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task StopAsync() => Host.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
