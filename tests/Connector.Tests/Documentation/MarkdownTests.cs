using LocalHost;

namespace Connector.Tests.Documentation;

/// <summary>The pages are written in one style of Markdown, as markdownlint knows it.</summary>
public sealed class MarkdownTests
{
    private static readonly NodePackage Package = new("Pages");

    [Fact]
    public async Task No_page_has_a_mistake_in_its_Markdown()
    {
        var (exitCode, output) = await LintAsync(Pages.All.Select(page => $":{Path.Combine(Drivers.Repository.Root, page)}"));

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task The_linter_sees_mistakes()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await LintAsync([$":{folder.Write("page.md", "# Title\n\n### Too deep\n")}"]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("heading-increment");
    }

    private static async Task<(int ExitCode, string Output)> LintAsync(IEnumerable<string> files)
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        await Package.InstallAsync(TestContext.Current.CancellationToken);
        return await Package.RunAsync(
            ["node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs", "--config", ".markdownlint-cli2.jsonc", .. files],
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken);
    }
}
