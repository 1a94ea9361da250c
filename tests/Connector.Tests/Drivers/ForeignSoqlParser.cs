using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost;

namespace Connector.Tests.Drivers;

/// <summary>A SOQL parser that none of us wrote, in one Node.js process for all queries.</summary>
internal sealed class ForeignSoqlParser : IDisposable
{
    private static readonly NodePackage Package = new("ProcessEngine");

    private readonly Process _node;
    private readonly Task<string> _errors;

    private ForeignSoqlParser(Process node)
    {
        _node = node;
        _errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Starts it. The test is skipped where there is no Node.js.</summary>
    public static async Task<ForeignSoqlParser> StartAsync()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        return new ForeignSoqlParser(Package.Start(["soql-parser.mjs"], new Dictionary<string, string>()));
    }

    /// <returns>The tree, and the literals of its conditions, which are taken out of it, in the order they stand.</returns>
    /// <exception cref="FormatException">It is no SOQL.</exception>
    public (string Tree, IReadOnlyList<IReadOnlyList<ParsedLiteral>> Literals) Parse(string query)
    {
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(Readable(query)));
        _node.StandardInput.Flush();
        var line = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_errors.Result);
        var answer = JsonNode.Parse(line)!;
        var tree = answer["tree"] ?? throw new FormatException($"{answer["error"]} in {query}");
        List<IReadOnlyList<ParsedLiteral>> literals = [];
        TakeLiterals(tree, literals);
        return (tree.ToJsonString(), literals);
    }

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
    }

    // Its one defect: of the characters that Salesforce takes in a string literal, it does not take U+2028 and U+2029, as its
    // pattern for a literal, (')(?:(?=(\\?))\2.)*?\1, says "." without JavaScript's flag s. (U+000A and U+000D neither, but nor
    // does Salesforce.) It gets these two by their escapes, which is the same literal; a backslash that belongs to a value is
    // doubled, so that none of them becomes a part of the escape.
    private static string Readable(string query) =>
        query.Replace("\u2028", @"\u2028", StringComparison.Ordinal).Replace("\u2029", @"\u2029", StringComparison.Ordinal);

    private static void TakeLiterals(JsonNode? node, List<IReadOnlyList<ParsedLiteral>> literals)
    {
        switch (node)
        {
            case JsonArray array:
                array.ToList().ForEach(element => TakeLiterals(element, literals));
                break;
            case JsonObject condition when condition["literalType"] is { } type:
                var texts = condition["value"] as JsonArray ?? [condition["value"]!.DeepClone()];
                // Types of a list are given one by one only if they differ.
                literals.Add([.. texts.Select((text, i) => new ParsedLiteral((string)(type is JsonArray types ? types[i] : type)!, (string)text!))]);
                condition.Remove("literalType");
                condition["value"] = condition["value"] is JsonArray ? "list" : "literal";
                break;
            case JsonObject other:
                other.ToList().ForEach(member => TakeLiterals(member.Value, literals));
                break;
        }
    }
}

/// <summary>A literal of a query.</summary>
/// <param name="Type">What the parser takes it for.</param>
/// <param name="Text">As it is written.</param>
internal sealed record ParsedLiteral(string Type, string Text);
