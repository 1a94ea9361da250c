using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Infra.Tests;

/// <summary>The Bicep files in themselves.</summary>
public sealed partial class BicepTests(Bicep bicep)
{
    // The first of the current month.
    private static readonly string[] NotFromAzd = ["budgetStart"];

    [Theory]
    [InlineData("build", "infra/main.bicep", "--stdout")]
    [InlineData("lint", "infra/main.bicep")]
    public async Task The_compiler_has_nothing_to_say(params string[] arguments)
    {
        Assert.SkipWhen(BicepCli.Unavailable is not null, BicepCli.Unavailable ?? "");

        var (exitCode, output) = await BicepCli.RunAsync(arguments, TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0, output);
        // A build prints the template, and nothing else.
        (arguments[0] == "build" ? output[..output.IndexOf('{', StringComparison.Ordinal)] : output).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_files_are_formatted()
    {
        foreach (var path in Bicep.Files)
        {
            (await bicep.FormatAsync(path)).ShouldBe(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), path);
        }
    }

    [Fact]
    public void No_module_has_to_be_restored()
    {
        foreach (var path in Bicep.Files)
        {
            Reference().Matches(File.ReadAllText(path)).ShouldAllBe(
                reference => !reference.Groups["path"].Value.Contains(':', StringComparison.Ordinal), path);
        }
    }

    [Fact]
    public async Task Every_parameter_is_had_from_azd_with_the_default_that_it_has_in_Bicep()
    {
        var parameters = (await bicep.CompileAsync())["parameters"]!.AsObject();
        var values = JsonNode.Parse(Repository.Read("infra/main.parameters.json"))!["parameters"]!.AsObject();

        values.Select(value => value.Key).ShouldBe(parameters.Select(parameter => parameter.Key).Except(NotFromAzd), ignoreOrder: true);
        foreach (var (name, value) in values)
        {
            var variable = Variable().Match((string)value!["value"]!);
            variable.Success.ShouldBeTrue(name);
            if (parameters[name]!["defaultValue"] is { } ownDefault)
            {
                variable.Groups["default"].Success.ShouldBeTrue(name);
                variable.Groups["default"].Value.ShouldBe(ownDefault.ToString(), name, StringCompareShould.IgnoreCase);
            }
            else
            {
                // These azd asks for, or knows.
                variable.Groups["name"].Value.ShouldBeOneOf("AZURE_ENV_NAME", "AZURE_LOCATION");
            }
        }
    }

    [Fact]
    public async Task No_secret_passes_through_the_template()
    {
        var template = await bicep.CompileAsync();

        var text = template.ToJsonString();
        text.ShouldNotContain("listKeys", Case.Insensitive);
        text.ShouldNotContain("listAccountSas", Case.Insensitive);
        text.ShouldNotContain("listServiceSas", Case.Insensitive);
        text.ShouldNotContain("listAdminKeys", Case.Insensitive);
        text.ShouldNotContain("secureString", Case.Insensitive);
        text.ShouldNotContain("AccountKey", Case.Insensitive);
        foreach (var name in template["parameters"]!.AsObject().Concat(template["outputs"]!.AsObject()).Select(member => member.Key))
        {
            SecretsName().IsMatch(name).ShouldBeFalse(name);
        }
    }

    [Fact]
    public void No_file_is_longer_than_a_reader_holds_in_mind() =>
        Bicep.Files.ShouldAllBe(path => File.ReadLines(path).Count() <= 250);

    /// <summary>That they are recent the linter says, when one is over two years old and there is a newer one.</summary>
    [Fact]
    public void Resources_of_one_kind_have_one_API_version_everywhere()
    {
        var versions = Bicep.Files.SelectMany(path => ApiVersion().Matches(File.ReadAllText(path)))
            .ToLookup(match => match.Groups["kind"].Value, match => match.Groups["version"].Value);

        versions.Count.ShouldBeGreaterThan(10);
        foreach (var kind in versions)
        {
            kind.Distinct().ShouldHaveSingleItem(kind.Key);
        }

        JsonNode.Parse(Repository.Read("infra/bicepconfig.json"))!["analyzers"]!["core"]!["rules"]!["use-recent-api-versions"]!["level"]!
            .ToString().ShouldBe("warning");
    }

    // Of a provider's first kind of resource, with all that belongs to it.
    [GeneratedRegex(@"'(?<kind>Microsoft\.\w+/\w+)[\w/]*@(?<version>[\w-]+)'")]
    private static partial Regex ApiVersion();

    [GeneratedRegex(@"^\s*(?:module\s+\w+|using)\s+'(?<path>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A\$\{(?<name>[A-Z0-9_]+)(?:=(?<default>[^}]*))?\}\z")]
    private static partial Regex Variable();

    [GeneratedRegex("secret|password|connectionString|sas|accessKey|clientKey", RegexOptions.IgnoreCase)]
    private static partial Regex SecretsName();
}
