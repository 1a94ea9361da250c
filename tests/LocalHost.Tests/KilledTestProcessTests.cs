using System.Diagnostics;

namespace LocalHost.Tests;

/// <summary>What the tests start ends with them, also when they are killed: a worker left behind would poll a port of the next run.</summary>
public sealed class KilledTestProcessTests(AzuriteFixture azurite)
{
    private const string ReadyVariable = "KILLED_TEST_PROCESS_READY";

    [Fact]
    public async Task Nothing_that_tests_have_started_outlives_a_test_process_that_is_killed()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The processes that a process has started are looked for in /proc.");
        using var folder = new TemporaryFolder();
        var ready = Path.Combine(folder.Path, "ready");
        using var tests = Start(ready);
        var output = tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await QueueDriver.WaitAsync(() => Task.FromResult(File.Exists(ready) || tests.HasExited), () => "all processes to start");
        Assert.False(tests.HasExited, tests.HasExited ? await output : "");
        var children = ProcessTree.DescendantsOf(tests.Id);
        // Azurite, a worker, a program for Node.js, and a local host with an Azurite and a worker of its own.
        children.Count.ShouldBeGreaterThanOrEqualTo(6);

        tests.Kill();
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        await QueueDriver.WaitAsync(() => Task.FromResult(!children.Any(ProcessTree.IsRunning)), () => "the end of all that it had started");
    }

    /// <summary>What the process runs that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Start_every_kind_of_process_and_wait()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await azurite.TakeAccountAsync();
        await using var connector = await ConnectorProcess.StartAsync();
        await using var host = LocalHostProcess.Start("--no-pass", "--port", "0", "--simulator-port", "0");
        var node = new NodePackage("LocalHost", "Azurite").RunAsync(
            ["--eval", "setInterval(() => { }, 1_000)"], new Dictionary<string, string>(), cancellationToken);
        await host.LineAsync("Serving at ");

        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable(ReadyVariable)!, "", cancellationToken);
        await node;
    }

    private static Process Start(string ready)
    {
        var start = new ProcessStartInfo(
            DotnetPath.Value,
            [
                typeof(KilledTestProcessTests).Assembly.Location, "-explicit", "only",
                "-method", $"{typeof(KilledTestProcessTests).FullName}.{nameof(Start_every_kind_of_process_and_wait)}",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.EndWithThisProcess();
        start.Environment[ReadyVariable] = ready;
        return Process.Start(start)!;
    }
}
