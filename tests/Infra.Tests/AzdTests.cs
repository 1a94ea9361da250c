using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Infra.Tests;

/// <summary>azure.yaml and host.json: by their public schemas, and by what the schemas do not see.</summary>
public sealed partial class AzdTests(Bicep bicep, SchemaChecker schemas)
{
    private static JsonNode AzureYaml =>
        JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(Repository.Read("azure.yaml"))!))!;

    [Fact]
    public async Task Azure_yaml_is_of_its_schema() =>
        (await schemas.CheckAsync("azure.yaml.schema.json", AzureYaml.ToJsonString())).ShouldBeEmpty();

    [Fact]
    public async Task Host_json_is_of_its_schema() =>
        (await schemas.CheckAsync("host.schema.json", Repository.Read("host.json"))).ShouldBeEmpty();

    [Theory]
    [InlineData("azure.yaml.schema.json", """{"name":"x"}""")]
    [InlineData("azure.yaml.schema.json", """{"name":"connector","services":[]}""")]
    [InlineData("host.schema.json", """{"version":"2.0","functionTimeout":"5 minutes"}""")]
    [InlineData("host.schema.json", """{"version":"2.0","telemetry":"OpenTelemetry"}""")]
    public async Task The_schemas_see_mistakes(string schema, string document) =>
        (await schemas.CheckAsync(schema, document)).ShouldNotBeEmpty();

    [Fact]
    public async Task Azure_yaml_names_the_service_that_the_app_is_tagged_with_and_its_project()
    {
        AzureYaml.AsObject().Select(member => member.Key).ShouldBe(["name", "services", "hooks", "pipeline"]);
        var (name, service) = AzureYaml["services"]!.AsObject().ShouldHaveSingleItem();

        service!.AsObject().Select(member => member.Key).ShouldBe(["project", "language", "host"]);
        ((string?)service["host"]).ShouldBe("function");
        ((string?)service["language"]).ShouldBe("dotnet");
        Directory.EnumerateFiles(Repository.PathOf((string)service["project"]!), "*.csproj").ShouldHaveSingleItem();
        name.ShouldBe((string?)(await bicep.DeployAsync()).Site["tags"]!["azd-service-name"]);
    }

    [Fact]
    public void Azd_finds_the_infrastructure_where_it_looks_for_it_and_no_parameters_that_would_go_before_its_own()
    {
        File.Exists(Repository.PathOf("infra/main.bicep")).ShouldBeTrue();
        File.Exists(Repository.PathOf("infra/main.parameters.json")).ShouldBeTrue();
        File.Exists(Repository.PathOf("infra/main.bicepparam")).ShouldBeFalse();
    }

    [Fact]
    public void The_hooks_are_there_for_both_shells_and_keep_nothing_from_going_on()
    {
        var hooks = AzureYaml["hooks"]!.AsObject();

        hooks.Select(hook => hook.Key).ShouldBe(["preprovision", "postprovision", "postdeploy"]);
        foreach (var (name, hook) in hooks)
        {
            foreach (var (system, shell, extension) in new[] { ("posix", "sh", "sh"), ("windows", "pwsh", "ps1") })
            {
                ((string?)hook![system]!["shell"]).ShouldBe(shell);
                ((string?)hook[system]!["run"]).ShouldBe($"./infra/hooks/{name}.{extension}");
                File.Exists(Repository.PathOf($"infra/hooks/{name}.{extension}")).ShouldBeTrue();
                // An app without its credentials is deployed all the same.
                ((bool?)hook[system]!["continueOnError"]).ShouldBe(true);
                // Only with it azd gives a hook the terminal that it asks on.
                ((bool?)hook[system]!["interactive"]).ShouldBe(name == "postprovision" ? true : null);
            }
        }
    }

    [Fact]
    public void The_pipeline_deploys_with_the_same_parameters_as_people_do()
    {
        var variables = Variable().Matches(Repository.Read("infra/main.parameters.json"))
            .Select(variable => variable.Groups["name"].Value).Where(name => !name.StartsWith("AZURE_", StringComparison.Ordinal)).ToArray();

        AzureYaml["pipeline"]!["variables"]!.AsArray().Select(name => (string?)name).ShouldBe(variables);
        var workflow = Repository.Read(".github/workflows/deploy.yml");
        variables.ShouldAllBe(name => workflow.Contains($"      {name}: ${{{{ vars.{name} }}}}\n"));
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z0-9_]+)")]
    private static partial Regex Variable();
}
