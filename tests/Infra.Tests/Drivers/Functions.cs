using System.Text.Json.Nodes;
using LocalHost;

namespace Infra.Tests.Drivers;

/// <summary>The app's functions, as the build lists them for the host.</summary>
internal static class Functions
{
    /// <summary>Names of the functions with that trigger.</summary>
    public static IReadOnlyList<string> Of(string trigger) =>
    [
        .. from function in JsonNode.Parse(File.ReadAllText(Path.Combine(FunctionsHostOptions.BuiltApp, "functions.metadata")))!.AsArray()
           where function!["bindings"]!.AsArray().Any(binding => (string?)binding!["type"] == trigger)
           orderby (string)function["name"]!
           select (string)function["name"]!,
    ];
}
