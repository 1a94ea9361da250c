using SalesforceSimulator;

namespace LocalHost.Tests;

/// <summary>What takes a process of its own: another environment, and a sudden end.</summary>
public sealed class LocalHostProcessTests(AzuriteFixture azurite)
{
    private static readonly string[] FreePorts = ["--port", "0", "--simulator-port", "0"];

    [Fact]
    public async Task Without_Nodejs_it_says_so_and_makes_the_pass_over_HTTP_alone()
    {
        await using var host = LocalHostProcess.Start(new Dictionary<string, string> { ["PATH"] = "" }, ["--once", .. FreePorts]);

        (await host.EndAsync()).ShouldBe(0, host.Output);

        host.Output.ShouldContain("No queues, because Azurite cannot be started: Node.js is not on the PATH. HTTP works without them.");
        host.Output.ShouldContain("Skipped, because there are no queues: Node.js is not on the PATH.");
        var steps = OperationsPass.AllSteps();
        var skipped = steps.Count(step => step is QueueStep or AsyncStep);
        host.Output.ShouldContain($"{steps.Count - skipped} of {steps.Count} steps passed, {skipped} skipped; Salesforce logins: 2,");
    }

    [Fact]
    public async Task Neither_Azurite_nor_the_worker_outlives_a_host_that_was_killed()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The children of a process are looked for in /proc.");
        await using var host = LocalHostProcess.Start(["--no-pass", .. FreePorts]);
        await host.LineAsync("Serving at ");
        var children = ProcessTree.ChildrenOf(host.Id);
        children.Count.ShouldBe(2);

        await host.KillAsync();

        await QueueDriver.WaitAsync(
            () => Task.FromResult(!children.Any(ProcessTree.IsRunning)), () => "the end of both children");
    }

    [Fact]
    public async Task A_host_that_is_told_to_end_lets_its_calls_end_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGTERM is sent by kill.");
        var account = await azurite.TakeAccountAsync();
        await using var org = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Times = 1, DelayMs = 1_500 });
        await using var host = LocalHostProcess.Start(
            ["--no-pass", "--port", "0", "--storage", account.ConnectionString, "--salesforce", org.BaseUrl.AbsoluteUri]);
        var serving = await host.LineAsync("Serving at ");
        using var client = new HttpClient { BaseAddress = new Uri(serving.Split(' ')[2]) };
        var children = ProcessTree.ChildrenOf(host.Id);

        using var payload = new StringContent("""{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""");
        var call = client.PostAsync(new Uri("api/query", UriKind.Relative), payload, TestContext.Current.CancellationToken);
        await QueueDriver.WaitAsync(
            () => Task.FromResult(org.Requests.Any(request => request.Path.EndsWith("/query", StringComparison.Ordinal))), () => "a query at the org");
        await host.TerminateAsync();

        using var reply = await call;
        reply.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        (await host.EndAsync()).ShouldBe(0, host.Output);
        children.ShouldAllBe(child => !Directory.Exists($"/proc/{child}"));
        host.Output.ShouldContain("200 after ");
    }

    [Fact]
    public async Task A_message_whose_host_was_killed_is_delivered_again_when_its_lease_is_over()
    {
        var account = await azurite.TakeAccountAsync();
        var queues = new QueueDriver(account.ConnectionString);
        await using var org = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Times = 1, DelayMs = 60_000 });
        string[] arguments =
        [
            "--no-pass", "--port", "0", "--storage", account.ConnectionString, "--salesforce", org.BaseUrl.AbsoluteUri, "--queue-lease", "00:00:02",
        ];

        await using (var first = LocalHostProcess.Start(arguments))
        {
            await first.LineAsync("Serving at ");
            await queues.SendAsync("salesforce-query", """{"correlationId":"survives","payload":{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}}""");
            await QueueDriver.WaitAsync(
                () => Task.FromResult(org.Requests.Any(request => request.Path.EndsWith("/query", StringComparison.Ordinal))), () => "a query at the org");
            await first.KillAsync();
        }

        await using var second = LocalHostProcess.Start(arguments);
        var result = await queues.ReceiveResultAsync("survives");
        ((int?)result["status"]).ShouldBe(200);
    }
}
