using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Connector.Tests.Logins.Jwt;

/// <summary>The memory of a worker that logs in by JWT bearer, dumped after a call, has neither private key nor client secret.</summary>
public sealed class WorkerMemoryTests
{
    // A part of a number that long is enough to know it by, wherever a block of the dump ends.
    private const int Overlap = 4_096;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_workers_memory_has_neither_private_key_nor_client_secret(bool jwt)
    {
        var program = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "createdump");
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(program), "Processes are dumped by createdump, which the runtime has on Linux");
        using var folder = new TemporaryFolder();
        await using var app = await ConnectorProcess.StartAsync(jwt: jwt);
        using (var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 1" }))
        {
            reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var dump = Path.Combine(folder.Path, "worker.dmp");
        using var process = Process.Start(new ProcessStartInfo(program, ["--full", "--name", dump, $"{app.WorkerId}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, string.Concat(output));

        var sought = new Dictionary<string, byte[]>();
        // What is there shows that what is not would be found.
        Add("client id", OrgCredentials.ClientId);
        Add("client secret", OrgCredentials.ClientSecret);
        if (jwt)
        {
            var key = app.Vault.PrivateKey("salesforce-jwt");
            foreach (var (name, number) in new[] { ("P", key.P!), ("Q", key.Q!), ("D", key.D!) })
            {
                // Libraries keep numbers from either end.
                sought[$"{name} of the private key"] = number[..64];
                sought[$"{name} of the private key, reversed"] = [.. number.Reverse().Take(64)];
            }
        }

        var found = await FindAsync(dump, sought);

        found.Select(name => name.Split(',')[0]).Distinct().ShouldBe(jwt ? ["client id"] : ["client id", "client secret"], ignoreOrder: true);

        void Add(string name, string text)
        {
            sought[$"{name}, UTF-8"] = Encoding.UTF8.GetBytes(text);
            sought[$"{name}, UTF-16"] = Encoding.Unicode.GetBytes(text);
        }
    }

    private static async Task<HashSet<string>> FindAsync(string path, Dictionary<string, byte[]> sought)
    {
        var found = new HashSet<string>();
        await using var dump = File.OpenRead(path);
        var block = new byte[16 << 20];
        var kept = 0;
        int read;
        while ((read = await dump.ReadAsync(block.AsMemory(kept), TestContext.Current.CancellationToken)) > 0)
        {
            var content = block.AsMemory(0, kept + read);
            found.UnionWith(sought.Where(entry => content.Span.IndexOf(entry.Value) >= 0).Select(entry => entry.Key));
            kept = Math.Min(Overlap, content.Length);
            content[^kept..].CopyTo(block);
        }

        return found;
    }
}
