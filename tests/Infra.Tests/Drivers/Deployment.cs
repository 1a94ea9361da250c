using System.Text.Json.Nodes;

namespace Infra.Tests.Drivers;

/// <summary>What a deployment would create, as the Bicep compiler predicts it for one set of parameters.</summary>
internal sealed class Deployment(JsonNode snapshot)
{
    public IReadOnlyList<JsonNode> Resources { get; } = [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!)];

    public JsonObject Outputs { get; } = snapshot["outputs"]!.AsObject();

    public JsonNode Site => Single("Microsoft.Web/sites");

    public IReadOnlyDictionary<string, string> Settings =>
        Named("Microsoft.Web/sites/config", "appsettings")["properties"]!.AsObject()
            .ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    public IEnumerable<JsonNode> Of(string type) => Resources.Where(resource => (string?)resource["type"] == type);

    public JsonNode Single(string type) => Of(type).ShouldHaveSingleItem();

    /// <summary>The one resource of a type whose name ends so, after its parent's.</summary>
    public JsonNode Named(string type, string name) => Of(type).Where(resource => NameOf(resource) == name).ShouldHaveSingleItem();

    public IEnumerable<string> Names(string type) => Of(type).Select(NameOf);

    /// <summary>The account of queues and results, not the host's own.</summary>
    public JsonNode DataAccount => Of("Microsoft.Storage/storageAccounts").Single(account => NameOf(account).StartsWith("stdata", StringComparison.Ordinal));

    public static string NameOf(JsonNode resource) => ((string)resource["name"]!).Split('/')[^1];
}
