using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LocalHost;
using SalesforceSimulator;
using TestDrivers;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Infra.Tests;

/// <summary>
/// The app replaced under load by draining, as the update strategy RollingUpdate does: the new instance is there before the
/// old one takes no more, and what the old one runs may end.
/// </summary>
public sealed class UpdateTests(AzuriteFixture azurite)
{
    private const int Callers = 6;
    private const int Messages = 48;

    // Long enough that calls are under way whenever the old instance stops.
    private static readonly TimeSpan CallAtTheOrg = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LoadBeforeAndAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task An_app_that_is_replaced_under_load_loses_nothing_does_nothing_twice_and_fails_no_call()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var storage = await azurite.TakeAccountAsync();
        await using var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.SetDailyLimit(1_000_000);
        org.AddFaults(new FaultRule { Method = "PATCH", Path = "/services/data/*", DelayMs = (int)CallAtTheOrg.TotalMilliseconds });
        await using var vault = await LocalKeyVault.StartAsync(
            new Dictionary<string, string> { ["salesforce-client-id"] = OrgCredentials.ClientId, ["salesforce-client-secret"] = OrgCredentials.ClientSecret }, cancellationToken);
        var settings = new Dictionary<string, string?>(vault.Variables)
        {
            ["Salesforce__BaseUrl"] = org.BaseUrl.ToString(),
            ["Salesforce__AllowLoopback"] = "true",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
            ["Storage"] = storage.ConnectionString,
            ["Queues__FirstRetryDelay"] = "00:00:01",
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2",
        };
        await AppStorage.CreateAsync(storage.ConnectionString, AppStorage.OptionsOf(settings), cancellationToken);
        var options = new FunctionsHostOptions { Settings = settings, ListensTo = _ => true, StopGrace = TimeSpan.FromSeconds(30) };
        var queues = new QueueDriver(storage.ConnectionString);

        var old = await FunctionsHost.StartAsync(options, cancellationToken);
        var current = old;
        var turn = new Lock();
        var givenToOld = new List<string>();
        using var client = new HttpClient();
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var callers = Enumerable.Range(0, Callers).Select(caller => CallAsync(caller)).ToArray();
        for (var i = 0; i < Messages / 2; i++)
        {
            await SendAsync(i);
        }

        await Task.Delay(LoadBeforeAndAfter, TimeProvider.System, cancellationToken);
        await using var next = await FunctionsHost.StartAsync(options, cancellationToken);
        for (var i = Messages / 2; i < Messages; i++)
        {
            await SendAsync(i);
        }

        lock (turn)
        {
            current = next;
        }

        // What was sent to the old instance has arrived there: its last calls are at the org when it is to stop.
        while (!givenToOld.TrueForAll(id => org.Requests.Any(request => request.Path.EndsWith(id, StringComparison.Ordinal))))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        await old.DisposeAsync();
        await Task.Delay(LoadBeforeAndAfter, TimeProvider.System, cancellationToken);
        await load.CancelAsync();
        var calls = (await Task.WhenAll(callers)).Sum();

        for (var i = 0; i < Messages; i++)
        {
            var result = await queues.ReceiveResultAsync($"message-{i}");
            // 200, if its first attempt was carried out and cut off: it is an upsert, and found its record.
            ((int)result["status"]!).ShouldBeOneOf(200, 201);
        }

        queues.OtherResults.ShouldBeEmpty("no message has two results");
        calls.ShouldBeGreaterThan(Callers);
        (await CountAsync()).ShouldBe(calls + Messages);

        async Task<int> CallAsync(int caller)
        {
            var done = 0;
            while (!load.IsCancellationRequested)
            {
                var id = $"UPDATE-C{caller}-{done++}";
                Uri url;
                lock (turn)
                {
                    url = new Uri(current.BaseUrl, "api/records/create");
                    if (current == old)
                    {
                        givenToOld.Add(id);
                    }
                }

                using var reply = await client.PostAsJsonAsync(url, Create(id), cancellationToken);
                reply.StatusCode.ShouldBe(HttpStatusCode.Created, await reply.Content.ReadAsStringAsync(cancellationToken));
            }

            return done;
        }

        Task SendAsync(int i) => queues.SendAsync(
            "salesforce-create-record", new JsonObject { ["correlationId"] = $"message-{i}", ["payload"] = Create($"UPDATE-M{i}") }.ToJsonString());

        async Task<int> CountAsync()
        {
            using var reply = await client.PostAsJsonAsync(
                new Uri(next.BaseUrl, "api/query"), new { soqlQuery = "SELECT Id FROM Account WHERE External_Id__c LIKE 'UPDATE-%'" }, cancellationToken);
            return (int)(await reply.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["totalSize"]!;
        }
    }

    private static JsonObject Create(string externalId) => new()
    {
        ["objectType"] = "Account",
        ["externalIdField"] = "External_Id__c",
        ["fields"] = new JsonObject { ["External_Id__c"] = externalId, ["Name"] = externalId },
    };
}
