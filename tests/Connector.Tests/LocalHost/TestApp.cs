using System.Net;
using System.Reflection;
using LocalHost;

namespace Connector.Tests.LocalHost;

/// <summary>A functions app of a few classes, on a local host of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private TestApp(FunctionsHost host)
    {
        Host = host;
        Client = new HttpClient { BaseAddress = host.BaseUrl };
    }

    public FunctionsHost Host { get; }

    public HttpClient Client { get; }

    /// <summary>Settings with which the connector's own registration, which every host runs, is content.</summary>
    public static Dictionary<string, string?> Settings => new()
    {
        ["Salesforce__BaseUrl"] = "https://example.my.salesforce.com",
        ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
        ["Storage"] = "UseDevelopmentStorage=true",

        // That org is nobody's.
        ["Salesforce__WarmUp"] = "false",
    };

    public static Task<TestApp> StartAsync(params Type[] functionClasses) =>
        StartAsync(new FunctionsHostOptions(), functionClasses);

    public static async Task<TestApp> StartAsync(FunctionsHostOptions options, params Type[] functionClasses)
    {
        var settings = Settings;
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return new TestApp(await FunctionsHost.StartAsync(
            options with { FunctionsAssembly = new AssemblyOf(functionClasses), Settings = settings },
            TestContext.Current.CancellationToken));
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

    /// <summary>An assembly in name only, so that each test has just the functions that it is about.</summary>
    private sealed class AssemblyOf(Type[] types) : Assembly
    {
        public override Type[] GetExportedTypes() => types;
    }
}

internal static class EmptyReply
{
    public static async Task ShouldBeEmptyAsync(this HttpResponseMessage reply, HttpStatusCode status)
    {
        reply.StatusCode.ShouldBe(status);
        reply.Content.Headers.ContentType.ShouldBeNull();
        (await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }
}
