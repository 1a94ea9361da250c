using System.Text.Json.Nodes;

namespace Infra.Tests;

/// <summary>What each set of parameters deploys, resource by resource, so that a change shows what it adds and takes away.</summary>
public sealed class SnapshotTests(Bicep bicep)
{
    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Each_set_of_parameters_deploys_the_resources_that_its_snapshot_lists(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);
        // The end of names that are made from subscription, environment and region.
        var token = Deployment.NameOf(deployment.Single("Microsoft.Web/serverfarms"))["asp-".Length..];

        var resources = deployment.Resources
            .Select(resource => $"{resource["type"]} {NameOf(resource)}".Replace(token, "*", StringComparison.Ordinal).TrimEnd())
            .Order(StringComparer.Ordinal);

        Generated.ShouldBeFile($"tests/Infra.Tests/Snapshots/{parameters}.txt", string.Concat(resources.Select(line => line + "\n")));
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
}
