using System.Net;
using System.Net.Sockets;
using LocalHost;

namespace Connector.Tests.LocalHost;

public sealed class LocalHostCommandTests : IDisposable
{
    private readonly LineWriter _output = new();
    private readonly LineWriter _error = new();

    [Fact]
    public async Task The_pass_makes_every_step_with_one_login_and_exits_with_0()
    {
        var exitCode = await RunAsync("--once", "--port", "0", "--simulator-port", "0");

        exitCode.ShouldBe(0, $"{_output}{_error}");
        _output.Lines[^1].ShouldMatch(@"^(\d+) of \1 steps passed; Salesforce logins: 1, API calls: \d+$");
    }

    [Fact]
    public async Task The_pass_sends_the_key_that_it_asks_for()
    {
        var exitCode = await RunAsync("--once", "--port", "0", "--simulator-port", "0", "--key", "local-key");

        exitCode.ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldContain("Functions, key local-key:");
        _output.Lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Contains("-H 'x-functions-key: local-key'"));
    }

    [Fact]
    public async Task Every_function_is_listed_and_called()
    {
        await RunAsync("--once", "--port", "0", "--simulator-port", "0");

        var urls = _output.Lines
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains(" POST "))
            .Select(line => line.Split(' ').Single(word => word.StartsWith("http:", StringComparison.Ordinal)))
            .ToList();
        urls.ShouldNotBeEmpty();
        urls.ShouldAllBe(url => _output.Lines.Any(line => line.StartsWith($"curl -i -X POST {url} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_pass_it_only_serves_until_it_is_told_to_stop()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var run = LocalHostCommand.InvokeAsync(["--no-pass", "--port", "0", "--simulator-port", "0"], _output, _error, stop.Token);
        await Task.WhenAny(run, _output.LineAsync("Serving at http://127.0.0.1:"));
        await stop.CancelAsync();

        (await run).ShouldBe(0, $"{_output}{_error}");
        _output.Lines.ShouldNotContain(line => line.StartsWith("curl ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--port", "--simulator-port")]
    [InlineData("--simulator-port", "--port")]
    public async Task A_taken_port_is_told_with_the_option_that_gives_another(string taken, string free)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var exitCode = await RunAsync("--once", taken, $"{port}", free, "0");

        exitCode.ShouldBe(1);
        _error.Lines.ShouldHaveSingleItem().ShouldMatch($@"^Cannot listen on port {port} \(.*\)\. Give another with {taken}, or 0 for a free one\.$");
    }

    [Theory]
    [InlineData("--port must be a number from 0 to 65535.", "--port", "65536")]
    [InlineData("--port must be a number from 0 to 65535.", "--port", "http")]
    [InlineData("--simulator-port must be a number from 0 to 65535.", "--simulator-port", "-1")]
    [InlineData("--once exits after the pass and --no-pass makes none: give one of them.", "--once", "--no-pass")]
    [InlineData("Unrecognized command or argument '--prot'.", "--prot")]
    public async Task A_wrong_argument_is_told_and_nothing_starts(string expected, params string[] arguments)
    {
        var exitCode = await RunAsync(arguments);

        exitCode.ShouldBe(1);
        _error.ToString().ShouldContain(expected);
        _output.Lines.ShouldNotContain("Salesforce, simulated:");
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) =>
        LocalHostCommand.InvokeAsync(arguments, _output, _error, TestContext.Current.CancellationToken);
}
