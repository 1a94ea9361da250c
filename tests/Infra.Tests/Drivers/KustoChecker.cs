using System.Text.Json;
using LocalHost;

namespace Infra.Tests.Drivers;

/// <summary>Microsoft's language service for KQL, from npm, with the schema of the tables that the queries read.</summary>
internal static class KustoChecker
{
    private static readonly NodePackage Package = new("Infra.Tests", "Kusto");

    /// <summary>Parses and binds the queries. Without Node.js the test is skipped.</summary>
    /// <param name="queries">By name, which begins the line that tells of a mistake.</param>
    /// <returns>What is wrong, one a line; empty if nothing is.</returns>
    public static async Task<string> CheckAsync(IEnumerable<KeyValuePair<string, string>> queries)
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        using var node = Package.Start(["check.mjs"], new Dictionary<string, string>());
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(queries.Select(query => new { name = query.Key, query = query.Value })));
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        (await errors).ShouldBeEmpty();
        return await output;
    }
}
