[assembly: AssemblyFixture(typeof(SchemaChecker))]

namespace Infra.Tests.Drivers;

/// <summary>The JSON schemas in the folder Schemas, and a validator from npm.</summary>
public sealed class SchemaChecker() : NodeChecker("validate.mjs", "Infra.Tests", "Schemas")
{
    /// <summary>Checks a document against a schema. Without Node.js the test is skipped.</summary>
    /// <param name="schema">The schema's file.</param>
    /// <param name="document">The document, as JSON.</param>
    /// <returns>What is wrong, one a line; empty if nothing is.</returns>
    public Task<string> CheckAsync(string schema, string document) => AskAsync(new { schema, document });
}
