[assembly: AssemblyFixture(typeof(KustoChecker))]

namespace Infra.Tests.Drivers;

/// <summary>Microsoft's language service for KQL, from npm, with the schema of the tables that the queries read.</summary>
public sealed class KustoChecker() : NodeChecker("check.mjs", "Infra.Tests", "Kusto")
{
    /// <summary>Parses and binds the queries. Without Node.js the test is skipped.</summary>
    /// <param name="queries">By name, which begins the line that tells of a mistake.</param>
    /// <returns>What is wrong, one a line; empty if nothing is.</returns>
    public Task<string> CheckAsync(IEnumerable<KeyValuePair<string, string>> queries) =>
        AskAsync(queries.Select(query => new { name = query.Key, query = query.Value }));
}
