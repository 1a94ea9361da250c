using System.Net;
using System.Text.Json.Nodes;
using SalesforceSimulator;

namespace LocalHost.Tests;

/// <summary>The connector's worker as a process: what only a process shows.</summary>
public sealed class WorkerProcessTests(AzuriteFixture azurite)
{
    private const string AnyAccount = "SELECT Id FROM Account LIMIT 1";

    [Fact]
    public async Task Sixty_four_calls_of_a_worker_that_is_killed_are_empty_500s_and_the_next_worker_answers()
    {
        await using var app = await ConnectorProcess.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Times = 64, DelayMs = 600_000 });

        var calls = Enumerable.Range(0, 64).Select(_ => app.PostAsync("query", new { soqlQuery = AnyAccount })).ToList();
        await QueueDriver.WaitAsync(
            () => Task.FromResult(app.Org.Requests.Count(request => request.Path.EndsWith("/query", StringComparison.Ordinal)) == 64), () => "64 queries at the org");
        app.KillWorker();

        foreach (var reply in await Task.WhenAll(calls))
        {
            await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
            reply.Dispose();
        }

        using var next = await app.PostAsync("query", new { soqlQuery = AnyAccount });
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Starts.ShouldBe(2);
    }

    [Fact]
    public async Task Two_hundred_messages_of_a_worker_that_is_killed_all_have_their_results_by_the_next_one()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorProcess.StartAsync(
            storage: account,
            settings: new Dictionary<string, string?>
            {
                // Each longer than the one before, so that an attempt of the killed worker counts as abandoned soon.
                ["Salesforce__AttemptTimeout"] = "00:00:02",
                ["Salesforce__Timeout"] = "00:00:04",
                ["Salesforce__InvocationTimeout"] = "00:00:05",
                ["AzureFunctionsJobHost__functionTimeout"] = "00:00:06",
                ["Queues__AttemptLease"] = "00:00:07",
                ["Queues__FirstRetryDelay"] = "00:00:01",
            });
        var queues = new QueueDriver(account.ConnectionString);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Times = 12, DelayMs = 1_500 });

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (number, _) => await queues.SendAsync(
            "salesforce-query", $$$"""{"correlationId":"message-{{{number}}}","payload":{"soqlQuery":"{{{AnyAccount}}}"}}"""));
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Org.Requests.Count > 0), () => "a request at the org");
        app.KillWorker();

        for (var number = 0; number < 200; number++)
        {
            ((int?)(await queues.ReceiveResultAsync($"message-{number}"))["status"]).ShouldBe(200);
        }

        app.Starts.ShouldBe(2);
    }

    [Fact]
    public async Task A_worker_that_keeps_dying_is_given_up_and_callers_are_told_503_or_500()
    {
        await using var app = await ConnectorProcess.StartAsync();

        for (var death = 1; death <= 3; death++)
        {
            app.KillWorker();
            await QueueDriver.WaitAsync(() => Task.FromResult(app.Starts == death + 1), () => $"worker {death + 1}");
        }

        app.KillWorker();
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Log.Text.Contains("it is not restarted")), () => "a word that no other worker is started");
        app.Starts.ShouldBe(4);
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_its_call_and_the_worker_goes_on()
    {
        await using var app = await ConnectorProcess.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query*", Times = 1, DelayMs = 600_000 });
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        using var payload = System.Net.Http.Json.JsonContent.Create(new { soqlQuery = AnyAccount });
        var call = app.Client.PostAsync(new Uri("query", UriKind.Relative), payload, gone.Token);
        await QueueDriver.WaitAsync(
            () => Task.FromResult(app.Org.Requests.Any(request => request.Path.EndsWith("/query", StringComparison.Ordinal))), () => "a query at the org");
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);

        // Which of the two ends reaches the call first, the host's word or the broken connection, is a matter of moments.
        await QueueDriver.WaitAsync(
            () => Task.FromResult(app.Log.Lines("cancelled by the caller").Count + app.Log.Lines("CONNECTOR_STOPPING").Count == 1), () => "a line about the call");
        using var next = await app.PostAsync("query", new { soqlQuery = AnyAccount });
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Log.Lines("An exception was thrown by the invocation").ShouldBeEmpty();
        app.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_calls_make_a_hundred_lines_of_log_and_no_other()
    {
        await using var app = await ConnectorProcess.StartAsync();
        // What is said once: the login.
        (await app.PostAsync("query", new { soqlQuery = AnyAccount })).Dispose();
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Log.Lines("Query ").Count == 1), () => "the first line");
        var before = app.Log.Count;

        for (var call = 0; call < 100; call++)
        {
            using var reply = await app.PostAsync("query", new { soqlQuery = call % 10 == 0 ? "" : AnyAccount });
        }

        await QueueDriver.WaitAsync(() => Task.FromResult(app.Log.Lines("Query ").Count == 101), () => "101 lines");
        (app.Log.Count - before).ShouldBe(100, app.Log.Text);
        app.Log.Lines("400 ").Count.ShouldBe(10);
    }

    [Fact]
    public async Task An_idle_app_logs_nothing_however_often_its_queues_are_polled()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorProcess.StartAsync(storage: account);
        var queues = new QueueDriver(account.ConnectionString);
        await queues.SendAsync("salesforce-query", $$$"""{"correlationId":"first","payload":{"soqlQuery":"{{{AnyAccount}}}"}}""");
        await queues.ReceiveResultAsync("first");
        await QueueDriver.WaitAsync(() => Task.FromResult(app.Log.Lines("Query first").Count == 1), () => "the line of the message");
        var before = app.Log.Count;

        // As many polls of each queue as in a minute with host.json's longest pause of five seconds.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

        app.Log.Count.ShouldBe(before, app.Log.Text);
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_start_with_its_name_and_what_is_allowed()
    {
        var exception = await Should.ThrowAsync<FunctionsHostException>(
            () => ConnectorProcess.StartAsync(settings: new Dictionary<string, string?> { ["Salesforce__ApiVersion"] = "latest" }));

        exception.Message.ShouldContain("Salesforce__ApiVersion");
        exception.Message.ShouldContain("v67.0");
        exception.Message.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_folder_without_an_app_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("host.json", """{ "version": "2.0" }""");

        (await Should.ThrowAsync<FunctionsHostException>(() => ConnectorProcess.StartAsync(folder.Path)))
            .Message.ShouldStartWith($"There is no worker app in {folder.Path}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1/salesforce")]
    public async Task The_prefix_of_the_routes_is_the_one_of_host_json(string prefix)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(FunctionsHostOptions.BuiltApp))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        var hostJson = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "host.json")))!;
        hostJson["extensions"]!["http"]!["routePrefix"] = prefix;
        folder.Write("host.json", hostJson.ToJsonString());
        await using var app = await ConnectorProcess.StartAsync(folder.Path);

        using var reply = await app.Client.GetAsync(
            new Uri($"/{prefix}/openapi.json".Replace("//", "/", StringComparison.Ordinal), UriKind.Relative), TestContext.Current.CancellationToken);

        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
