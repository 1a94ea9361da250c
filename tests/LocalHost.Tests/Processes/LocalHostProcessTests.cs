using System.Text.RegularExpressions;
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

        host.Output.ShouldContain("no queues, because Azurite cannot be started: Node.js is not on the PATH; HTTP works without them");
        host.Output.ShouldContain("Skipped, because there are no queues: Node.js is not on the PATH.");
        var steps = OperationsPass.AllSteps();
        var skipped = steps.Count(step => step.NeedsQueues);
        host.Output.ShouldContain($"{steps.Count - skipped} of {steps.Count} steps passed, {skipped} skipped; Salesforce logins: 2,");
    }

    [Fact]
    public async Task Nodejs_that_is_too_old_is_told_with_its_version()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The old Node.js is a script of the shell.");
        using var folder = new TemporaryFolder();
        foreach (var program in new[] { "node", "npm" })
        {
            var path = folder.Write(program, "#!/bin/sh\necho v18.19.1\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        await using var host = LocalHostProcess.Start(new Dictionary<string, string> { ["PATH"] = folder.Path }, ["--no-pass", .. FreePorts]);
        await host.LineAsync("Serving at ");

        host.Output.ShouldContain("no queues, because Azurite cannot be started: Node.js v18.19.1 is too old, 20 or later is needed; HTTP works without them");
    }

    [Fact]
    public async Task Each_call_is_a_line_with_its_correlation_id_status_error_code_and_duration()
    {
        var account = await azurite.TakeAccountAsync();
        await using var host = LocalHostProcess.Start(["--no-pass", "--key", "k", "--storage", account.ConnectionString, .. FreePorts]);
        using var client = new HttpClient { BaseAddress = new Uri((await host.LineAsync("Serving at ")).Split(' ')[2]) };

        await PostAsync("api/query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""", ("x-functions-key", "k"), ("x-correlation-id", "call-1"));
        await PostAsync("api/query", """{"soql":"SELECT Id FROM Account LIMIT 1"}""", ("x-functions-key", "k"), ("x-correlation-id", "call-2"));
        await PostAsync("api/query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""");
        await PostAsync("api/querry", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""");
        await new QueueDriver(account.ConnectionString).SendAsync("salesforce-query", """{"correlationId":"call-3","payload":{"soqlQuery":"SELECT Nope FROM Account"}}""");

        string[] expected =
        [
            @"Query call-1: 200 after \d+ ms", @"Query call-2: 400 UNKNOWN_MEMBER after \d+ ms", "Query: 401 by the host, the request has no key of level Function",
            "POST /api/querry: 404 by the host, no function has this method and route", @"Query call-3: 400 INVALID_FIELD after \d+ ms at attempt 1",
        ];
        foreach (var line in expected)
        {
            await QueueDriver.WaitAsync(() => Task.FromResult(Regex.IsMatch(host.Output, $@"(?m)^\d\d:\d\d:\d\d {line}\r?$")), () => $"the line {line}, in {host.Output}");
        }

        async Task PostAsync(string path, string payload, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(payload) };
            foreach (var (name, value) in headers)
            {
                request.Headers.Add(name, value);
            }

            using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
        }
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
