using System.Net;

namespace LocalHost.Tests;

/// <summary>The whole local system, its pass too, by each of the two flows: where there is a client secret, and where none.</summary>
public sealed class NoClientSecretTests
{
    private static readonly string[] FreePorts = ["--port", "0", "--simulator-port", "0"];

    [Theory]
    [InlineData("jwt")]
    [InlineData("client-credentials", "--no-pass")]
    public async Task With_login_jwt_neither_settings_nor_memory_nor_output_nor_log_has_one(string login, params string[] arguments)
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        Assert.SkipUnless(ProcessMemory.Unavailable is null, ProcessMemory.Unavailable ?? "");
        await using var host = LocalHostProcess.Start(["--login", login, .. arguments, .. FreePorts]);
        using var client = new HttpClient { BaseAddress = new Uri((await host.LineAsync("Serving at ")).Split(' ')[2]) };

        // From now on, the log has a line for each call.
        foreach (var (path, body) in new[] { ("query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}"""), ("check", "{}") })
        {
            using var content = new StringContent(body);
            using var reply = await client.PostAsync(new Uri($"api/{path}", UriKind.Relative), content, TestContext.Current.CancellationToken);
            reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var worker = ProcessTree.ChildrenOf(host.Id).Single(id => File.ReadAllText($"/proc/{id}/cmdline").Contains("--functions-worker-id", StringComparison.Ordinal));
        var settings = await File.ReadAllTextAsync($"/proc/{worker}/environ", TestContext.Current.CancellationToken);
        var memory = await ProcessMemory.FindAsync(
            worker, ProcessMemory.Text("client id", OrgCredentials.ClientId).Concat(ProcessMemory.Text("client secret", OrgCredentials.ClientSecret)).ToDictionary());
        await host.TerminateAsync();
        (await host.EndAsync()).ShouldBe(0, host.Output);

        // What is there shows that what is not would be found.
        memory.Select(name => name.Split(',')[0]).Distinct().ShouldBe(login == "jwt" ? ["client id"] : ["client id", "client secret"], ignoreOrder: true);
        settings.Split('\0').Contains("Salesforce__Login=jwt").ShouldBe(login == "jwt");
        settings.ShouldContain("Salesforce__BaseUrl=");
        TelemetryScan.HasSecret(settings).ShouldBeFalse();
        host.Output.ShouldContain(login == "jwt" ? "  salesforce-jwt" : "  salesforce-client-id, salesforce-client-secret");
        host.Output.ShouldMatch(@"\d\d:\d\d:\d\d Query \S+: 200 after \d+ ms");
        host.Output.ShouldMatch(@"\d\d:\d\d:\d\d Check \S+: 200 after \d+ ms");
        host.Output.Contains(" steps passed; Salesforce logins: 2, ", StringComparison.Ordinal).ShouldBe(login == "jwt");
        TelemetryScan.HasSecret(host.Output).ShouldBeFalse();
    }
}
