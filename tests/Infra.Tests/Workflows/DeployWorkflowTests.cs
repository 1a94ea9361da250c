using System.Diagnostics;
using YamlDotNet.Serialization;

namespace Infra.Tests.Workflows;

/// <summary>The steps of the workflow that deploys, run by bash with stand-ins for azd, gh and the check.</summary>
public sealed class DeployWorkflowTests
{
    private static readonly Dictionary<object, object> Job = (Dictionary<object, object>)((Dictionary<object, object>)
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(Repository.Read(".github/workflows/deploy.yml"))["jobs"])["deploy"];

    private static readonly Dictionary<object, object>[] Steps = [.. ((List<object>)Job["steps"]).Cast<Dictionary<object, object>>()];

    [Fact]
    public void It_deploys_the_package_that_it_keeps_and_only_after_the_check()
    {
        Steps.Where(step => step.ContainsKey("name")).Select(step => (string)step["name"]).ShouldBe(
            ["Log in", "Package", "Provision", "Deploy", "Check that the app answers", "Keep the package that works", "Take it back"]);
        Step("Package")["run"].ShouldBe("azd package connector --no-prompt --output-path package/connector.zip");
        ((string)Step("Deploy")["run"]).ShouldEndWith("--from-package package/connector.zip");
        ((Dictionary<object, object>)Step("Keep the package that works")["with"])["path"].ShouldBe("package/connector.zip");
        Step("Take it back")["if"].ShouldBe("failure() && steps.check.outcome == 'failure'");
        Step("Check that the app answers")["id"].ShouldBe("check");
    }

    [Fact]
    public void It_runs_in_an_environment_to_which_the_trust_is_limited()
    {
        Job["environment"].ShouldBe("production");
        Repository.Read("infra/README.md").ShouldContain("--subject \"repo:$owner/$repository:environment:production\"");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task The_check_fails_when_the_app_does_not_answer_but_not_when_it_cannot_be_called_from_there(int check, int expected)
    {
        using var folder = new Folder();
        folder.Program("azd", "echo 'SERVICE_CONNECTOR_URI=\"https://func-test.azurewebsites.net\"'");
        folder.File("infra/hooks/postdeploy.sh", $"echo \"checks $SERVICE_CONNECTOR_URI\"; exit {check}\n");

        var (exitCode, output) = await folder.RunAsync((string)Step("Check that the app answers")["run"]);

        exitCode.ShouldBe(expected, output);
        output.ShouldContain("checks https://func-test.azurewebsites.net");
    }

    [Fact]
    public async Task An_app_that_does_not_answer_is_taken_back_to_the_package_of_the_last_run_that_succeeded()
    {
        using var folder = new Folder();
        folder.Program("gh", """
            echo "gh $*" >> calls
            case "$2" in
              list) echo 4711 ;;
              download) mkdir -p "$7" && echo package > "$7/connector.zip" ;;
            esac
            """);
        folder.Program("azd", "echo \"azd $*\" >> calls; cat last/connector.zip");

        var (exitCode, output) = await folder.RunAsync((string)Step("Take it back")["run"]);

        exitCode.ShouldBe(0, output);
        output.ShouldContain("package\n");
        output.ShouldContain("::error::The app did not answer. The package of run 4711 is deployed again.");
        folder.Read("calls").ShouldContain("azd deploy connector --no-prompt --from-package last/connector.zip");
        folder.Read("calls").ShouldContain("gh run list --workflow deploy.yml --branch main --status success");
    }

    [Fact]
    public async Task The_first_deployment_of_all_has_nothing_to_go_back_to()
    {
        using var folder = new Folder();
        folder.Program("gh", ":");
        folder.Program("azd", "exit 9");

        var (exitCode, output) = await folder.RunAsync((string)Step("Take it back")["run"]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("No earlier deployment has succeeded.");
    }

    private static Dictionary<object, object> Step(string name) => Steps.Single(step => step.TryGetValue("name", out var value) && (string)value == name);

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-");

        public void Program(string name, string script)
        {
            File($"bin/{name}", $"#!/bin/sh\n{script}\n");
            if (!OperatingSystem.IsWindows())
            {
                System.IO.File.SetUnixFileMode(PathOf($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        public void File(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
            System.IO.File.WriteAllText(PathOf(path), text);
        }

        public string Read(string path) => System.IO.File.ReadAllText(PathOf(path));

        /// <summary>Runs a step as GitHub does: <c>bash -e</c>.</summary>
        public async Task<(int ExitCode, string Output)> RunAsync(string script)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "The workflow's steps run on Linux");
            File("step.sh", script);
            var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-eo", "pipefail", "step.sh"])
            {
                WorkingDirectory = _folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PATH"] = $"{PathOf("bin")}:{start.Environment["PATH"]}";
            start.Environment["GITHUB_REF_NAME"] = "main";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }

        public void Dispose() => _folder.Delete(recursive: true);

        private string PathOf(string path) => Path.Combine(_folder.FullName, path);
    }
}
