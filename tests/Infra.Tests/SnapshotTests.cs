using System.Text.Json.Nodes;

namespace Infra.Tests;

/// <summary>What each set of parameters deploys, resource by resource, so that a change shows what it adds, takes away and alters.</summary>
public sealed class SnapshotTests(Bicep bicep)
{
    /// <summary>By type, what is worth knowing of a resource. A member that is not there is left out.</summary>
    private static readonly Dictionary<string, string[]> Told = new()
    {
        ["Microsoft.Authorization/locks"] = ["properties.level"],
        ["Microsoft.Consumption/budgets"] = ["properties.amount"],
        ["Microsoft.EventGrid/systemTopics/eventSubscriptions"] = ["properties.destination.endpointType", "properties.filter.includedEventTypes"],
        ["Microsoft.Insights/components"] = ["properties.DisableLocalAuth"],
        ["Microsoft.Insights/diagnosticSettings"] = ["properties.logs"],
        ["Microsoft.Insights/scheduledQueryRules"] = ["properties.severity", "properties.evaluationFrequency", "properties.windowSize"],
        ["Microsoft.KeyVault/vaults"] =
            ["properties.sku.name", "properties.createMode", "properties.enablePurgeProtection", "properties.publicNetworkAccess", "properties.networkAcls.defaultAction", "properties.networkAcls.ipRules"],
        ["Microsoft.Network/privateEndpoints"] = ["properties.privateLinkServiceConnections"],
        ["Microsoft.Network/virtualNetworks"] = ["properties.addressSpace.addressPrefixes"],
        ["Microsoft.OperationalInsights/workspaces"] = ["properties.sku.name", "properties.retentionInDays", "properties.workspaceCapping.dailyQuotaGb"],
        ["Microsoft.Storage/storageAccounts"] =
            ["sku.name", "properties.allowSharedKeyAccess", "properties.minimumTlsVersion", "properties.publicNetworkAccess", "properties.networkAcls.defaultAction", "properties.networkAcls.ipRules"],
        ["Microsoft.Storage/storageAccounts/blobServices"] = ["properties.deleteRetentionPolicy.days"],
        ["Microsoft.Web/serverfarms"] = ["sku.name", "properties.zoneRedundant"],
        ["Microsoft.Web/sites"] =
        [
            "properties.functionAppConfig.runtime.version",
            "properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB",
            "properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount",
            "properties.functionAppConfig.scaleAndConcurrency.alwaysReady",
            "properties.httpsOnly",
            "properties.publicNetworkAccess",
            "properties.siteConfig.minTlsVersion",
            "properties.siteConfig.ipSecurityRestrictionsDefaultAction",
            "properties.siteConfig.scmIpSecurityRestrictionsDefaultAction",
        ],
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = ["properties.allow"],
    };

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Each_set_of_parameters_deploys_the_resources_that_its_snapshot_lists(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);
        // The end of names that are made from subscription, environment and region.
        var token = Deployment.NameOf(deployment.Single("Microsoft.Web/serverfarms"))["asp-".Length..];

        var resources = deployment.Resources
            .Select(resource => $"{resource["type"]} {NameOf(resource)}".TrimEnd() + TellOf(resource))
            .Concat(deployment.Settings.Keys.Select(name => $"setting {name}"))
            .Select(line => line.Replace(token, "*", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Generated.ShouldBeFile($"tests/Infra.Tests/Snapshots/{parameters}.txt", string.Concat(resources.Select(line => line + "\n")));
    }

    [Fact]
    public async Task What_is_told_of_a_resource_is_there()
    {
        var deployments = new List<Deployment>();
        foreach (var parameters in Bicep.ParameterSets)
        {
            deployments.Add(await bicep.DeployAsync(parameters.Data));
        }

        foreach (var (type, members) in Told)
        {
            foreach (var member in members)
            {
                deployments.SelectMany(deployment => deployment.Of(type)).ShouldContain(resource => Member(resource, member) != null, $"{type} {member}");
            }
        }
    }

    private static string NameOf(JsonNode resource)
    {
        var id = (string)resource["id"]!;
        return (string)resource["type"]! switch
        {
            // Its own name is an id.
            "Microsoft.Authorization/roleAssignments" =>
                $"{Role.NameOf(resource)} on {id.Split("/providers/Microsoft.Authorization/")[0].Split('/')[^1]}",
            "Microsoft.Insights/workbooks" => "",
            "Microsoft.Insights/diagnosticSettings" => $"of {string.Join('/', id.Split("/providers/Microsoft.Insights/")[0].Split('/')[^2..])}",
            _ => (string)resource["name"]!,
        };
    }

    private static string TellOf(JsonNode resource)
    {
        string[] told =
        [
            .. from member in Told.GetValueOrDefault((string)resource["type"]!, [])
               let value = Text(Member(resource, member))
               where value.Length > 0
               select $"{member.Split('.')[^(member.EndsWith(".name", StringComparison.Ordinal) ? 2 : 1)]}={value}",
        ];
        return told.Length == 0 ? "" : $": {string.Join(" ", told)}";
    }

    private static JsonNode? Member(JsonNode resource, string path) => path.Split('.').Aggregate((JsonNode?)resource, (node, name) => node?[name]);

    /// <summary>A value; of an array, its values, or what its objects are known by.</summary>
    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonArray array => string.Join('+', array.Select(one => one switch
        {
            JsonObject range when range["value"] is { } address => $"{address}",
            JsonObject log when (log["category"] ?? log["categoryGroup"]) is { } category => $"{category}",
            JsonObject link when link["properties"]?["groupIds"] is JsonArray groups => string.Join('+', groups),
            JsonObject group when group["instanceCount"] is { } count => $"{group["name"]}:{count}",
            _ => $"{one}",
        })),
        _ => $"{value}",
    };
}
