using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Infra.Tests;

[assembly: AssemblyFixture(typeof(Bicep))]

namespace Infra.Tests.Drivers;

/// <summary>The Bicep files of <c>infra/</c>, compiled once for all tests.</summary>
public sealed class Bicep : IDisposable
{
    private const string TenantId = "00000000-0000-0000-0000-000000000001";
    private const string SubscriptionId = "00000000-0000-0000-0000-000000000002";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, Deployment> _deployments = new();
    private BicepServer? _server;

    /// <summary>The sets of parameters in the folder Parameters.</summary>
    public static TheoryData<string> ParameterSets { get; } =
        [.. Directory.EnumerateFiles(ParametersFolder, "*.bicepparam").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>All Bicep files, relative to the repository's root.</summary>
    internal static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Repository.PathOf("infra"), "*.bicep", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(ParametersFolder, "*.bicepparam"));

    private static string ParametersFolder => Repository.PathOf("tests/Infra.Tests/Parameters");

    /// <summary>What would be deployed with the parameters of that name.</summary>
    internal async Task<Deployment> DeployAsync(string parameters = "default")
    {
        if (!_deployments.TryGetValue(parameters, out var deployment))
        {
            var result = await CallAsync("bicep/getSnapshot", new
            {
                path = Path.Combine(ParametersFolder, $"{parameters}.bicepparam"),
                metadata = new { tenantId = TenantId, subscriptionId = SubscriptionId, location = "westeurope" },
                externalInputs = Array.Empty<object>(),
            });
            _deployments[parameters] = deployment = new Deployment(JsonNode.Parse((string)result["snapshot"]!)!);
        }

        return deployment;
    }

    /// <summary>The ARM template that main.bicep compiles to.</summary>
    internal async Task<JsonNode> CompileAsync()
    {
        var result = await CallAsync("bicep/compile", new { path = Repository.PathOf("infra/main.bicep") });
        result["diagnostics"]!.AsArray().ShouldBeEmpty();
        return JsonNode.Parse((string)result["contents"]!)!;
    }

    internal async Task<string> FormatAsync(string path) =>
        (string)(await CallAsync("bicep/format", new { path }))["contents"]!;

    public void Dispose()
    {
        _server?.Dispose();
        _turn.Dispose();
    }

    private async Task<JsonNode> CallAsync(string method, object parameters)
    {
        Assert.SkipWhen(BicepCli.Unavailable is not null, BicepCli.Unavailable ?? "");
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _server ??= new BicepServer();
            return await _server.CallAsync(method, parameters, TestContext.Current.CancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }
}
