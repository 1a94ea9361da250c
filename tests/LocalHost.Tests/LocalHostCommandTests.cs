using System.Net;
using System.Net.Sockets;
using SalesforceSimulator;

namespace LocalHost.Tests;

public sealed class LocalHostCommandTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LineWriter _output = new();
    private readonly LineWriter _error = new();

    [Fact]
    public async Task The_pass_makes_every_step_with_one_login_beside_the_checks_own_and_exits_with_0()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");

        var exitCode = await RunAsync("--once", "--port", "0", "--simulator-port", "0");

        exitCode.ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldContain(line => line.StartsWith("  Queues ", StringComparison.Ordinal) && line.EndsWith(" in Azurite", StringComparison.Ordinal));
        _output.Lines.ShouldContain(line => line.StartsWith("  Salesforce ", StringComparison.Ordinal) && line.EndsWith(" simulated, with sample data", StringComparison.Ordinal));
        _output.Lines[^1].ShouldMatch(@"^(\d+) of \1 steps passed; Salesforce logins: 2, API calls: \d+$");
    }

    [Fact]
    public async Task With_login_jwt_nothing_has_a_client_secret()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");

        var exitCode = await RunAsync("--once", "--port", "0", "--simulator-port", "0", "--login", "jwt");

        exitCode.ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldContain(line => line.StartsWith("  Key Vault ", StringComparison.Ordinal) && line.EndsWith("  salesforce-jwt", StringComparison.Ordinal));
        _output.Lines[^1].ShouldMatch(@"^(\d+) of \1 steps passed; Salesforce logins: 2, API calls: \d+$");
        $"{_output}{_error}".ShouldNotContain("local-client-secret");
    }

    [Fact]
    public async Task An_org_and_a_storage_that_run_already_are_used_and_more_settings_are_followed()
    {
        var storage = await azurite.TakeAccountAsync();
        await using var org = await Simulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        var exitCode = await RunAsync(
            "--once", "--port", "0", "--salesforce", $"{org.BaseUrl}", "--storage", storage.ConnectionString,
            "--settings", "Queues__Results=own-results");

        exitCode.ShouldBe(0, $"{_output}{_error}");
        org.Stats.Calls.ShouldBePositive();
        _output.Lines.ShouldContain(line => line.StartsWith("  Queues ", StringComparison.Ordinal) && line.EndsWith(" the storage that --storage names", StringComparison.Ordinal));
        _output.Lines.ShouldContain("On queue own-results:");
        _output.Lines[^1].ShouldMatch(@"^(\d+) of \1 steps passed$");
    }

    [Fact]
    public async Task A_storage_that_does_not_answer_is_told()
    {
        var exitCode = await RunAsync(
            "--once", "--port", "0", "--simulator-port", "0", "--storage", "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1");

        exitCode.ShouldBe(1);
        _error.Lines[0].ShouldStartWith("The storage that --storage names cannot be used: ");
    }

    [Fact]
    public async Task The_pass_sends_the_key_that_it_asks_for()
    {
        var exitCode = await RunAsync(["--once", "--port", "0", "--simulator-port", "0", "--key", "local-key", .. await StorageAsync()]);

        exitCode.ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldContain(line => line.StartsWith("  Functions ", StringComparison.Ordinal) && line.EndsWith(" key local-key", StringComparison.Ordinal));
        _output.Lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal) && !line.Contains("/messages?") && !line.Contains("/__admin/"))
            .ShouldAllBe(line => line.Contains("-H 'x-functions-key: local-key'"));
    }

    [Fact]
    public async Task Every_function_is_listed_and_called()
    {
        await RunAsync(["--once", "--list", "--port", "0", "--simulator-port", "0", .. await StorageAsync()]);

        var urls = _output.Lines
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains(" POST ") && line.EndsWith("(Function)", StringComparison.Ordinal))
            .Select(line => line.Split(' ').Single(word => word.StartsWith("http:", StringComparison.Ordinal)))
            .ToList();
        urls.ShouldNotBeEmpty();
        urls.ShouldAllBe(url => _output.Lines.Any(line => line.StartsWith($"curl -i -X POST {url} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_pass_it_only_serves_until_it_is_told_to_stop()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var run = LocalHostCommand.InvokeAsync(
            ["--no-pass", "--port", "0", "--simulator-port", "0", .. await StorageAsync()], _output, _error, stop.Token);
        await Task.WhenAny(run, _output.LineAsync("Serving at http://127.0.0.1:"));
        await stop.CancelAsync();

        (await run).ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldNotContain(line => line.StartsWith("curl ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_has_a_command_that_looks_into_each_queue()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = LocalHostCommand.InvokeAsync(
            ["--no-pass", "--list", "--events", "--port", "0", "--simulator-port", "0", .. await StorageAsync()], _output, _error, stop.Token);
        await Task.WhenAny(run, _output.LineAsync("Serving at http://127.0.0.1:"));
        using var client = new HttpClient();

        var replies = new Dictionary<string, HttpStatusCode>();
        foreach (var line in _output.Lines.Where(line => line.StartsWith("  What is on ", StringComparison.Ordinal)))
        {
            using var reply = await client.GetAsync(new Uri(line.Split('\'')[1]), TestContext.Current.CancellationToken);
            replies.Add(line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)[3], reply.StatusCode);
        }

        await stop.CancelAsync();
        (await run).ShouldBe(0, $"{_output}{_error}");
        replies.ShouldBe(new Dictionary<string, HttpStatusCode>
        {
            ["salesforce-results"] = HttpStatusCode.OK,
            ["salesforce-poison"] = HttpStatusCode.OK,
            ["salesforce-events"] = HttpStatusCode.OK,
        });
    }

    [Theory]
    [InlineData("--port", "{0}", "--simulator-port", "0")]
    [InlineData("--simulator-port", "{0}", "--port", "0")]
    [InlineData("--azurite-ports", "0,{0},0", "--port", "0", "--simulator-port", "0")]
    public async Task A_taken_port_is_told_with_the_option_that_gives_another(string option, string value, params string[] others)
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var exitCode = await RunAsync(["--once", option, value.Replace("{0}", $"{port}", StringComparison.Ordinal), .. others]);

        exitCode.ShouldBe(1);
        _error.Lines.ShouldHaveSingleItem().ShouldMatch($@"^Cannot listen on port {port} \(.*\)\. Set another with {option}, or 0 for any free one\.$");
    }

    [Theory]
    [InlineData("--port must be a number from 0 to 65535.", "--port", "65536")]
    [InlineData("--port must be a number from 0 to 65535.", "--port", "http")]
    [InlineData("--simulator-port must be a number from 0 to 65535.", "--simulator-port", "-1")]
    [InlineData("--azurite-ports must be three numbers from 0 to 65535, separated by commas.", "--azurite-ports", "1,2")]
    [InlineData("--azurite-ports must be three numbers from 0 to 65535, separated by commas.", "--azurite-ports", "0,0,http")]
    [InlineData("--queue-lease must be a time from 00:00:02 to 00:10:00.", "--queue-lease", "soon")]
    [InlineData("--queue-lease must be a time from 00:00:02 to 00:10:00.", "--queue-lease", "00:00:01")]
    [InlineData("--salesforce must be a URL, such as http://localhost:7072.", "--salesforce", "localhost")]
    [InlineData("--settings must be NAME=VALUE; got 'Queues__RetryFor'.", "--settings", "Queues__RetryFor")]
    [InlineData("With --storage, no Azurite is started", "--storage", "any", "--azurite-data", "folder")]
    [InlineData("The storage that --storage names cannot be used: ", "--storage", "any", "--port", "0", "--simulator-port", "0")]
    [InlineData("--once exits after the pass, and --no-pass skips the pass: use only one of them.", "--once", "--no-pass")]
    [InlineData("With --org there is no simulated org and no pass", "--org", "https://mydev.my.salesforce.com", "--once")]
    [InlineData("--org must be an https URL, such as https://MyDomainName.my.salesforce.com.", "--org", "http://mydev.my.salesforce.com")]
    [InlineData("--org must be the base URL of an org", "--org", "mydev")]
    [InlineData("A secret's name has 1 to 127 letters, digits and hyphens.", "secret", "salesforce_emea")]
    [InlineData("No local host runs on port 1.", "secret", "salesforce-client-id", "--port", "1")]
    [InlineData("Unrecognized command or argument '--prot'.", "--prot")]
    public async Task A_wrong_argument_is_told_and_nothing_starts(string expected, params string[] arguments)
    {
        var exitCode = await RunAsync(arguments);

        exitCode.ShouldBe(1);
        _error.ToString().ShouldContain(expected);
        _output.ToString().ShouldNotContain("Starting the functions");
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private async Task<string[]> StorageAsync() => ["--storage", (await azurite.TakeAccountAsync()).ConnectionString];

    private Task<int> RunAsync(params string[] arguments) =>
        LocalHostCommand.InvokeAsync(arguments, _output, _error, TestContext.Current.CancellationToken);
}
