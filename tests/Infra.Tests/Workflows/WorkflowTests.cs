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
    public void Each_workflow_says_what_it_may_do_and_may_write_nothing() =>
        Workflows.ShouldAllBe(path => Permissions().IsMatch(File.ReadAllText(path)) && !File.ReadAllText(path).Contains("contents: write"));

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

    [GeneratedRegex(@"\A[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\z")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^permissions:(?: \{\}|\n  contents: read)\n(?!  )", RegexOptions.Multiline)]
    private static partial Regex Permissions();
}
