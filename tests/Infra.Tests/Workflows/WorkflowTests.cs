using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Infra.Tests.Workflows;

/// <summary>The workflows on GitHub.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string[] Workflows = [.. Directory.EnumerateFiles(Repository.PathOf(".github/workflows"))];

    [Fact]
    public void Actions_are_pinned_by_commit()
    {
        var actions = Workflows.SelectMany(path => Action().Matches(File.ReadAllText(path))).ToArray();

        actions.Length.ShouldBeGreaterThan(0);
        actions.ShouldAllBe(action => Pinned().IsMatch(action.Groups["action"].Value));
    }

    [Fact]
    public void Each_workflow_says_what_it_may_do_and_only_the_one_of_releases_may_write() =>
        Workflows.ShouldAllBe(path => Permissions().IsMatch(File.ReadAllText(path))
            && File.ReadAllText(path).Contains("contents: write") == (Path.GetFileName(path) == "release.yml"));

    [Fact]
    public void The_job_that_may_write_runs_no_code_of_the_repository()
    {
        var writing = Repository.Read(".github/workflows/release.yml").Split("\n  draft:\n")[1];

        writing.ShouldContain("contents: write");
        Step().Matches(writing).Select(step => step.Groups["step"].Value).ShouldAllBe(step => step.StartsWith("run: gh "));
    }

    [Fact]
    public void The_version_has_its_part_in_the_changelog()
    {
        var version = Regex.Match(Repository.Read("Directory.Build.props"), "<Version>(.+)</Version>").Groups[1].Value;

        version.ShouldNotBeEmpty();
        Repository.Read(".github/CHANGELOG.md").ShouldContain($"\n## {version}");
    }

    [Fact]
    public void Updates_are_looked_for_in_every_folder_with_packages_of_npm()
    {
        var folders = Directory.EnumerateFiles(Repository.PathOf("tests"), "package-lock.json", SearchOption.AllDirectories)
            .Select(path => Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, path))!.Replace('\\', '/'))
            .Where(folder => !folder.Split('/').Any(part => part is "node_modules" or "bin" or "obj"));

        var listed = NpmFolder().Matches(Repository.Read(".github/dependabot.yml")).Select(folder => folder.Groups["folder"].Value);

        listed.ShouldBe(folders, ignoreOrder: true);
    }

    [Theory]
    [InlineData(".vscode/launch.json")]
    [InlineData(".vscode/tasks.json")]
    [InlineData(".vscode/extensions.json")]
    [InlineData(".devcontainer/devcontainer.json")]
    public void What_editors_read_is_JSON_and_names_projects_that_there_are(string path)
    {
        var text = Repository.Read(path);

        JsonNode.Parse(text).ShouldNotBeNull();
        foreach (Match project in Project().Matches(text))
        {
            var name = project.Groups["name"].Value;
            File.Exists(Repository.PathOf($"tests/{name}/{name}.csproj")).ShouldBeTrue($"{path} names tests/{name}");
        }
    }

    [Fact]
    public void One_runs_the_script_that_people_run() =>
        Repository.Read(".github/workflows/ci.yml").ShouldContain("run: bash .ci/run");

    [Fact]
    public void The_one_that_deploys_has_no_secret() =>
        Repository.Read(".github/workflows/deploy.yml").ShouldNotContain("secrets.");

    [Fact]
    public void One_compares_the_simulator_with_a_real_org_once_a_week_if_there_is_one()
    {
        var workflow = Repository.Read(".github/workflows/org-comparison.yml");

        workflow.ShouldContain("schedule:");
        workflow.ShouldContain("run: dotnet run --project tests/OrgComparison");
        workflow.ShouldContain("if: vars.COMPARISON_ORG_URL != ''");
        foreach (var secret in new[] { "COMPARISON_CLIENT_ID", "COMPARISON_CLIENT_SECRET" })
        {
            workflow.ShouldContain($"{secret}: ${{{{ secrets.{secret} }}}}");
        }
    }

    [GeneratedRegex(@"uses:\s*(?<action>.*)")]
    private static partial Regex Action();

    [GeneratedRegex(@"\A[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+\z")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^      - (?<step>.*)$", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex(@"^      - /(?<folder>tests/.+)$", RegexOptions.Multiline)]
    private static partial Regex NpmFolder();

    [GeneratedRegex(@"\btests/(?<name>\w+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"^permissions:(?: \{\}|\n  contents: read)\n(?!  )", RegexOptions.Multiline)]
    private static partial Regex Permissions();
}
