namespace Infra.Tests;

/// <summary>Names and tags.</summary>
/// <remarks>Cloud Adoption Framework, "Abbreviation examples for Azure resources" and "Define your tagging strategy".</remarks>
public sealed class NamingTests(Bicep bicep)
{
    private static readonly Dictionary<string, string> Abbreviations = new()
    {
        ["Microsoft.EventGrid/systemTopics"] = "evgt-",
        ["Microsoft.Insights/actionGroups"] = "ag-",
        ["Microsoft.Insights/components"] = "appi-",
        ["Microsoft.KeyVault/vaults"] = "kv-",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "id-",
        ["Microsoft.Network/privateEndpoints"] = "pep-",
        ["Microsoft.Network/virtualNetworks"] = "vnet-",
        ["Microsoft.Network/virtualNetworks/subnets"] = "snet-",
        ["Microsoft.OperationalInsights/workspaces"] = "log-",
        ["Microsoft.Resources/resourceGroups"] = "rg-",
        ["Microsoft.Storage/storageAccounts"] = "st",
        ["Microsoft.Web/serverfarms"] = "asp-",
        ["Microsoft.Web/sites"] = "func-",
    };

    [Theory]
    [InlineData("operated")]
    [InlineData("inbound")]
    public async Task Names_begin_with_the_abbreviation_of_their_kind_and_are_short_enough(string parameters)
    {
        foreach (var resource in (await bicep.DeployAsync(parameters)).Resources)
        {
            if (Abbreviations.TryGetValue((string)resource["type"]!, out var abbreviation))
            {
                Deployment.NameOf(resource).ShouldStartWith(abbreviation, Case.Sensitive);
            }

            if ((string)resource["type"]! is "Microsoft.KeyVault/vaults" or "Microsoft.Storage/storageAccounts")
            {
                Deployment.NameOf(resource).Length.ShouldBeLessThanOrEqualTo(24);
            }
        }
    }

    [Fact]
    public async Task All_that_can_have_tags_has_those_of_the_workload_and_those_that_are_asked_for()
    {
        var tagged = (await bicep.DeployAsync("operated")).Resources.Where(resource => resource["tags"] is not null).ToArray();

        tagged.Length.ShouldBeGreaterThan(10);
        foreach (var tags in tagged.Select(resource => resource["tags"]!))
        {
            ((string?)tags["WorkloadName"]).ShouldBe("salesforce-connector");
            ((string?)tags["azd-env-name"]).ShouldBe("test");
            ((string?)tags["Owner"]).ShouldBe("Integration");
            ((string?)tags["CostCenter"]).ShouldBe("4711");
        }

        string[] untagged =
        [
            "Microsoft.Authorization/", "Microsoft.Consumption/budgets", "Microsoft.EventGrid/systemTopics/eventSubscriptions",
            "Microsoft.Insights/diagnosticSettings", "Microsoft.Storage/storageAccounts/", "Microsoft.Web/sites/",
        ];
        (await bicep.DeployAsync("operated")).Resources.Except(tagged).Select(resource => (string)resource["type"]!)
            .ShouldAllBe(type => untagged.Any(kind => type.StartsWith(kind, StringComparison.Ordinal)));
    }
}
