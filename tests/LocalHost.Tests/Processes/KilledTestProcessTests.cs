using System.Diagnostics;

namespace LocalHost.Tests;

/// <summary>What the tests start ends with them, also when they are killed: a worker left behind would poll a port of the next run.</summary>
public sealed class KilledTestProcessTests(AzuriteFixture azurite)
{
    private const string RoleVariable = "TESTS_TO_BE_KILLED";
    private const string Ready = "All processes have started.";

    [Fact]
    public async Task Nothing_that_tests_have_started_outlives_a_test_process_that_is_killed()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The processes that a process has started are looked for in /proc.");
        if (Environment.GetEnvironmentVariable(RoleVariable) is not null)
        {
            await StartAllAndWaitAsync();
        }

        using var tests = StartThisTest();
        await ReadUntilReadyAsync(tests.StandardOutput);
        var children = ProcessTree.DescendantsOf(tests.Id);
        // Azurite, a worker, a program for Node.js, and a local host with an Azurite and a worker of its own.
        children.Count.ShouldBeGreaterThanOrEqualTo(6);

        tests.Kill();
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        await QueueDriver.WaitAsync(() => Task.FromResult(!children.Any(ProcessTree.IsRunning)), () => "the end of all that it had started");
    }

    /// <summary>What this test does in the process that is killed.</summary>
    private async Task StartAllAndWaitAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await azurite.TakeAccountAsync();
        await using var connector = await ConnectorProcess.StartAsync();
        await using var host = LocalHostProcess.Start("--no-pass", "--port", "0", "--simulator-port", "0");
        var node = new NodePackage("LocalHost", "Azurite").RunAsync(
            ["--eval", "setInterval(() => { }, 1_000)"], new Dictionary<string, string>(), cancellationToken);
        await host.LineAsync("Serving at ");

        Console.WriteLine(Ready);
        await node;
    }

    private static Process StartThisTest()
    {
        var start = new ProcessStartInfo(
            DotnetPath.Value,
            [
                typeof(KilledTestProcessTests).Assembly.Location,
                "-method", $"{typeof(KilledTestProcessTests).FullName}.{nameof(Nothing_that_tests_have_started_outlives_a_test_process_that_is_killed)}",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.EndWithThisProcess();
        start.Environment[RoleVariable] = "1";
        return Process.Start(start)!;
    }

    private static async Task ReadUntilReadyAsync(StreamReader output)
    {
        var lines = new List<string>();
        do
        {
            lines.Add(await output.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(string.Join('\n', lines)));
        }
        while (!lines[^1].EndsWith(Ready, StringComparison.Ordinal));
    }
}
