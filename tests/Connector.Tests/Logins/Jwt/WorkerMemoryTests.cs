using System.Net;
using System.Security.Cryptography;
using LocalHost;

namespace Connector.Tests.Logins.Jwt;

/// <summary>The memory of a worker that logs in by JWT bearer, dumped after a call, has neither private key nor client secret.</summary>
public sealed class WorkerMemoryTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task The_workers_memory_has_neither_private_key_nor_client_secret(bool jwt, bool shared)
    {
        Assert.SkipUnless(ProcessMemory.Unavailable is null, ProcessMemory.Unavailable ?? "");
        await using var app = await ConnectorProcess.StartAsync(storage: shared ? await azurite.TakeAccountAsync() : null, jwt: jwt);
        using (var reply = await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 1" }))
        {
            reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // What is there shows that what is not would be found.
        var sought = ProcessMemory.Text("client id", OrgCredentials.ClientId)
            .Concat(ProcessMemory.Text("client secret", OrgCredentials.ClientSecret))
            .ToDictionary();
        if (jwt)
        {
            foreach (var (name, number) in NumbersOf(app.Vault.PrivateKey("salesforce-jwt")))
            {
                sought[name] = number[..64];
                sought[$"{name}, reversed"] = [.. number.Reverse().Take(64)];
            }
        }

        var found = await ProcessMemory.FindAsync(app.WorkerId, sought);

        found.Select(name => name.Split(',')[0]).Distinct().ShouldBe(jwt ? ["client id"] : ["client id", "client secret"], ignoreOrder: true);
    }

    [Fact]
    public async Task In_the_vaults_own_memory_the_private_key_is_found_in_that_form()
    {
        Assert.SkipUnless(ProcessMemory.Unavailable is null, ProcessMemory.Unavailable ?? "");
        await using var vault = await LocalKeyVault.StartAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        using var certificate = vault.AddCertificate("salesforce-jwt");
        var inverted = NumbersOf(vault.PrivateKey("salesforce-jwt")).ToDictionary(number => number.Name, number => Inverted(number.Value));

        ProcessMemory.FindHere(inverted).ShouldBe(inverted.Keys, ignoreOrder: true);
    }

    // Libraries keep numbers from either end; OpenSSL keeps them from the lowest byte on.
    private static IEnumerable<(string Name, byte[] Value)> NumbersOf(RSAParameters key) =>
        [("P of the private key", key.P!), ("Q of the private key", key.Q!), ("D of the private key", key.D!)];

    // Of the number from its lowest byte on, which is never in memory as such here.
    private static byte[] Inverted(byte[] number)
    {
        var result = new byte[64];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (byte)~number[^(i + 1)];
        }

        return result;
    }
}
