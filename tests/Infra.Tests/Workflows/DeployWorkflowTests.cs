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
    public void It_keeps_a_package_only_if_it_was_seen_to_work_and_takes_one_back_only_if_it_may_be_the_reason()
    {
        Steps.Where(step => step.ContainsKey("name")).Select(step => (string)step["name"]).ShouldBe(
            ["Log in", "Package", "Provision", "Deploy", "Check that the app works", "Keep the package that works", "Take it back"]);
        Step("Package")["run"].ShouldBe("azd package connector --no-prompt --output-path package/connector.zip");
        ((Dictionary<object, object>)Step("Keep the package that works")["with"])["path"].ShouldBe("package/connector.zip");
        Step("Keep the package that works")["if"].ShouldBe("steps.check.outputs.code == '0'");
        Step("Take it back")["if"].ShouldBe("failure() && steps.check.outputs.code == '1'");
        Step("Check that the app works")["id"].ShouldBe("check");
    }

    [Fact]
    public void It_runs_in_an_environment_to_which_the_trust_is_limited()
    {
        Job["environment"].ShouldBe("production");
        Repository.Read("infra/README.md").ShouldContain("--subject \"repo:$owner/$repository:environment:production\"");
    }

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(1, 1, "::error::The app does not answer")]
    [InlineData(2, 0, "::warning::The app was not looked at.")]
    [InlineData(3, 1, "::error::The app answers, but credentials, the org or a setting are not in order.")]
    [InlineData(127, 1, "::error::")]
    public async Task The_check_tells_what_may_be_the_package_s_from_what_is_not(int check, int expected, string message)
    {
        using var folder = new Folder();
        folder.Program("azd", "echo 'SERVICE_CONNECTOR_URI=\"https://func-test.azurewebsites.net\"'");
        folder.File("infra/hooks/postdeploy.sh", $"echo \"checks $SERVICE_CONNECTOR_URI\"; exit {check}\n");

        var (exitCode, output) = await folder.RunAsync((string)Step("Check that the app works")["run"]);

        exitCode.ShouldBe(expected, output);
        output.ShouldContain("checks https://func-test.azurewebsites.net");
        output.ShouldContain(message);
        folder.Read("outputs").ShouldBe($"code={check}\n");
    }

    [Theory]
    [InlineData(1, 0, 2)]
    [InlineData(2, 9, 2)]
    [InlineData(0, 0, 1)]
    public async Task A_deployment_is_tried_once_more_as_roles_may_be_new(int failures, int expected, int attempts)
    {
        using var folder = new Folder();
        folder.File("failures", $"{failures}");
        folder.Program("azd", """
            echo "azd $*" >> calls
            left=$(cat failures)
            echo $((left - 1)) > failures
            if [ "$left" -gt 0 ]; then exit 9; fi
            """);

        var (exitCode, output) = await folder.RunAsync((string)Step("Deploy")["run"]);

        exitCode.ShouldBe(expected, output);
        folder.Read("calls").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(Enumerable.Repeat("azd deploy connector --no-prompt --from-package package/connector.zip", attempts));
    }

    [Theory]
    [InlineData(0, 0, "The package of run 4711 is deployed again, and the app answers.")]
    [InlineData(3, 0, "The package of run 4711 is deployed again, and the app answers.")]
    [InlineData(1, 1, "The package of run 4711 is deployed again, and the app does not answer with it either.")]
    public async Task An_app_that_does_not_answer_is_taken_back_to_the_last_package_that_worked_and_looked_at(int check, int expected, string message)
    {
        using var folder = new Folder();
        folder.Program("gh", """
            echo "gh $*" >> calls
            case "$2 $3" in
              'list '*) echo 4713; echo 4711; echo 4709 ;;
              'download 4711') mkdir -p "$7" && echo package > "$7/connector.zip" ;;
              # It kept none.
              *) exit 1 ;;
            esac
            """);
        folder.Program("azd", """
            echo "azd $*" >> calls
            case "$1" in
              deploy) cat last/connector.zip ;;
              env) echo 'SERVICE_CONNECTOR_URI="https://func-test.azurewebsites.net"' ;;
            esac
            """);
        folder.File("infra/hooks/postdeploy.sh", $"echo \"checks $SERVICE_CONNECTOR_URI\"; exit {check}\n");

        var (exitCode, output) = await folder.RunAsync((string)Step("Take it back")["run"]);

        exitCode.ShouldBe(expected, output);
        output.ShouldContain("package\nchecks https://func-test.azurewebsites.net\n");
        output.ShouldContain($"::error::{message}");
        folder.Read("calls").ShouldContain("azd deploy connector --no-prompt --from-package last/connector.zip");
        folder.Read("calls").ShouldContain("gh run list --workflow deploy.yml --branch main --status success");
        folder.Read("calls").ShouldContain("""select(.event == "workflow_run" or .event == "workflow_dispatch")""");
        folder.Read("calls").ShouldNotContain("4709");
    }

    [Fact]
    public async Task The_first_deployment_of_all_has_nothing_to_go_back_to()
    {
        using var folder = new Folder();
        folder.Program("gh", ":");
        folder.Program("azd", "exit 9");

        var (exitCode, output) = await folder.RunAsync((string)Step("Take it back")["run"]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("There is no earlier package that worked.");
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
            start.Environment["GITHUB_OUTPUT"] = PathOf("outputs");
            start.Environment["DEPLOY_PAUSE_SECONDS"] = "0";
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
