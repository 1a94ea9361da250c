using System.Net;
using SalesforceSimulator;

namespace LocalHost.Tests;

/// <summary>An org of one's own, a second org, and secrets that are rotated. A simulator stands for the real org.</summary>
public sealed class OwnOrgTests : IAsyncLifetime, IDisposable
{
    private const string ClientId = "own-client-id";
    private const string ClientSecret = "own-client-secret";

    private readonly LineWriter _output = new();
    private readonly LineWriter _error = new();
    private Simulator _org = null!;

    public async ValueTask InitializeAsync() =>
        _org = await Simulator.StartAsync(new SimulatorOptions { ClientId = ClientId, ClientSecret = ClientSecret }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Client_id_and_secret_are_asked_for_and_the_org_is_checked()
    {
        await using var run = await StartAsync($"{ClientId}\n{ClientSecret}\n", "--org", $"{_org.BaseUrl}");

        (await run.QueryAsync(baseUrl: null)).ShouldBe(HttpStatusCode.OK);
        _output.Lines.ShouldContain(line => line.StartsWith("  Salesforce ", StringComparison.Ordinal) && line.EndsWith(" a real org: what you write stays there", StringComparison.Ordinal));
        _output.Lines.ShouldContain("The org answers: Simulated Org (Developer Edition), as irene.integration@example.com.");
        _output.Lines.ShouldNotContain(line => line.StartsWith("--- ", StringComparison.Ordinal), "the pass writes records, and must not do so in a real org");
        $"{_output}{_error}".ShouldNotContain(ClientSecret);
    }

    [Fact]
    public async Task A_refused_login_is_told_with_what_to_do()
    {
        await using var run = await StartAsync($"{ClientId}\nwrong\n", "--org", $"{_org.BaseUrl}");

        _output.Lines.Where(line => line.StartsWith("Not in order: ", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(line => line.ShouldStartWith("Not in order: login. "), line => line.ShouldContain("invalid_client"));
    }

    [Fact]
    public async Task Without_a_secret_nothing_starts()
    {
        using var input = new StringReader($"{ClientId}\n");

        var exitCode = await LocalHostCommand.InvokeAsync(["--org", $"{_org.BaseUrl}"], _output, _error, input, TestContext.Current.CancellationToken);

        exitCode.ShouldBe(1);
        _error.Lines.ShouldContain("Without client id and secret nothing is started.");
        _output.ToString().ShouldNotContain("Starting the functions");
    }

    [Fact]
    public async Task A_second_org_is_used_as_soon_as_its_secrets_are_put_and_a_rotated_secret_at_the_next_login()
    {
        await using var run = await StartAsync(
            "", "--simulator-port", "0", "--settings", $"Salesforce__Orgs__emea__BaseUrl={_org.BaseUrl}", "--settings", "Salesforce__RefusedLoginPause=00:00:00");
        var port = run.Url.Port;

        (await run.QueryAsync(_org.BaseUrl)).ShouldBe(HttpStatusCode.InternalServerError);
        _output.Lines.ShouldContain("The vault has no secret salesforce-emea-client-id. Put it: dotnet run --project tests/LocalHost -- secret salesforce-emea-client-id");
        (await PutAsync("salesforce-emea-client-id", ClientId, port)).ShouldBe(0, $"{_error}");
        (await PutAsync("salesforce-emea-client-secret", ClientSecret, port)).ShouldBe(0, $"{_error}");
        (await run.QueryAsync(_org.BaseUrl)).ShouldBe(HttpStatusCode.OK);

        _org.SetClientSecret("rotated-secret");
        _org.ExpireTokens();
        (await run.QueryAsync(_org.BaseUrl)).ShouldBe(HttpStatusCode.BadGateway);
        (await PutAsync("salesforce-emea-client-secret", "rotated-secret", port)).ShouldBe(0, $"{_error}");
        (await run.QueryAsync(_org.BaseUrl)).ShouldBe(HttpStatusCode.OK);
        $"{_output}{_error}".ShouldNotContain("rotated-secret");
    }

    [Fact]
    public async Task Nobody_else_is_let_into_the_vault()
    {
        await using var run = await StartAsync("", "--simulator-port", "0");
        var access = VaultAccess.Of(run.Url.Port).ShouldNotBeNull();

        var exception = await Should.ThrowAsync<HttpRequestException>(
            () => (access with { Token = "guessed" }).PutAsync("salesforce-client-id", "x", TestContext.Current.CancellationToken));

        exception.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Combine(RepositoryRoot.Path, "tests", "LocalHost", "obj", "vaults", $"{run.Url.Port}.json");
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public async ValueTask DisposeAsync() => await _org.DisposeAsync();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private async Task<int> PutAsync(string name, string value, int port)
    {
        using var input = new StringReader($"{value}\n");
        return await LocalHostCommand.InvokeAsync(["secret", name, "--port", $"{port}"], _output, _error, input, TestContext.Current.CancellationToken);
    }

    private async Task<Running> StartAsync(string input, params string[] arguments)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = LocalHostCommand.InvokeAsync(["--no-pass", "--port", "0", .. arguments], _output, _error, new StringReader(input), stop.Token);
        var serving = _output.LineAsync("Serving at ");
        (await Task.WhenAny(run, serving)).ShouldBe(serving, $"{_output}{_error}");
        return new Running(run, stop, new Uri((await serving).Split(' ')[2]));
    }

    private sealed class Running(Task<int> run, CancellationTokenSource stop, Uri url) : IAsyncDisposable
    {
        private readonly HttpClient _client = new() { BaseAddress = url };

        public Uri Url => url;

        public async Task<HttpStatusCode> QueryAsync(Uri? baseUrl)
        {
            var member = baseUrl is null ? "" : $$""","baseUrl":"{{baseUrl}}" """;
            using var payload = new StringContent($$"""{"soqlQuery":"SELECT Id FROM Account LIMIT 1"{{member}}}""");
            using var reply = await _client.PostAsync(new Uri("api/query", UriKind.Relative), payload, TestContext.Current.CancellationToken);
            return reply.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            (await run).ShouldBe(0);
            stop.Dispose();
            _client.Dispose();
        }
    }
}
