using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LocalHost;
using SalesforceSimulator;
using TestDrivers;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Infra.Tests;

/// <summary>The app replaced under load, by each of Azure's two strategies.</summary>
public sealed class UpdateTests(AzuriteFixture azurite)
{
    private const int Callers = 6;
    private const int Messages = 48;

    // Long enough that calls and messages are under way whenever the old instance ends.
    private static readonly TimeSpan CallAtTheOrg = TimeSpan.FromSeconds(2);
    private static readonly FaultRule[] SlowWrites =
    [
        .. new[] { "PATCH", "POST" }.Select(method => new FaultRule
        {
            Method = method, Path = "/services/data/*/sobjects/*", DelayMs = (int)CallAtTheOrg.TotalMilliseconds,
        }),
    ];

    // So short that what a killed instance held is delivered again within the test; each longer than the one before it.
    private static readonly string[] ShortTimes =
    [
        "Salesforce__AttemptTimeout=00:00:04",
        "Salesforce__Timeout=00:00:06",
        "Queues__FirstRetryDelay=00:00:01",
        "Queues__LongestRetryDelay=00:00:04",
        "Salesforce__InvocationTimeout=00:00:08",
        "AzureFunctionsJobHost__functionTimeout=00:00:09",
        "Queues__AttemptLease=00:00:10",
        "AzureFunctionsJobHost__extensions__queues__maxPollingInterval=00:00:00.2",
    ];

    private static readonly TimeSpan LoadBeforeAndAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// As RollingUpdate does: the new instance is there before the old one takes no more. Calls of the old one may end. Its
    /// messages are cancelled, which Azure would let end too, so that they come to the new one.
    /// </summary>
    [Fact]
    public async Task An_app_that_is_drained_under_load_loses_nothing_fails_no_call_and_makes_each_record_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var storage = await azurite.TakeAccountAsync();
        await using var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.SetDailyLimit(1_000_000);
        org.AddFaults(SlowWrites);
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
        var givenToOld = 0;
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
        while (org.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/sobjects/Account", StringComparison.Ordinal)) < givenToOld)
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
            // 200, if its first attempt was carried out and cut off: the second one, an upsert, has found its record.
            ((int)result["status"]!).ShouldBeOneOf(200, 201);
        }

        queues.OtherResults.ShouldBeEmpty("no message has two results");
        calls.ShouldBeGreaterThan(Callers);
        (await CountAsync("UPDATE-M")).ShouldBe(Messages);
        // Plain creates, of which the org would make a second record if one came twice.
        (await CountAsync("UPDATE-C")).ShouldBe(calls);

        async Task<int> CallAsync(int caller)
        {
            var done = 0;
            while (!load.IsCancellationRequested)
            {
                var payload = Create($"UPDATE-C{caller}-{done++}");
                Uri url;
                lock (turn)
                {
                    url = new Uri(current.BaseUrl, "api/records/create");
                    if (current == old)
                    {
                        givenToOld++;
                    }
                }

                using var reply = await client.PostAsJsonAsync(url, payload, cancellationToken);
                reply.StatusCode.ShouldBe(HttpStatusCode.Created, await reply.Content.ReadAsStringAsync(cancellationToken));
            }

            return done;
        }

        Task SendAsync(int i) => queues.SendAsync(
            "salesforce-create-record", new JsonObject { ["correlationId"] = $"message-{i}", ["payload"] = Upsert($"UPDATE-M{i}") }.ToJsonString());

        async Task<int> CountAsync(string name) => (await NamesAsync(client, next.BaseUrl, name)).Count;
    }

    /// <summary>As Recreate does, which is what is deployed: the old instance is killed, and another one starts.</summary>
    [Fact]
    public async Task An_app_that_is_killed_under_load_and_started_anew_loses_no_message_and_makes_no_record_twice()
    {
        const int Upserts = 24;
        const int Creates = 12;
        var cancellationToken = TestContext.Current.CancellationToken;
        var storage = await azurite.TakeAccountAsync();
        await using var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.AddFaults(SlowWrites);
        var queues = new QueueDriver(storage.ConnectionString);

        var old = Start();
        await old.LineAsync("Serving at ");
        for (var i = 0; i < Upserts / 2; i++)
        {
            await SendAsync($"upsert-{i}", Upsert($"UPDATE-U{i}"));
        }

        for (var i = 0; i < Creates / 2; i++)
        {
            await SendAsync($"create-{i}", Create($"UPDATE-P{i}"));
        }

        await QueueDriver.WaitAsync(() => Task.FromResult(Writes("PATCH") > 0 && Writes("POST") > 0), () => "writes that are under way");
        await old.DisposeAsync();
        for (var i = Upserts / 2; i < Upserts; i++)
        {
            await SendAsync($"upsert-{i}", Upsert($"UPDATE-U{i}"));
        }

        for (var i = Creates / 2; i < Creates; i++)
        {
            await SendAsync($"create-{i}", Create($"UPDATE-P{i}"));
        }

        await using var next = Start();
        var url = new Uri((await next.LineAsync("Serving at ")).Split(' ')[2]);

        for (var i = 0; i < Upserts; i++)
        {
            ((int)(await queues.ReceiveResultAsync($"upsert-{i}"))["status"]!).ShouldBeOneOf(200, 201);
        }

        var made = new List<string>();
        var unknown = 0;
        for (var i = 0; i < Creates; i++)
        {
            var result = await queues.ReceiveResultAsync($"create-{i}");
            if ((int)result["status"]! == 201)
            {
                made.Add($"UPDATE-P{i}");
            }
            else
            {
                // What was cut off may have been carried out or not: it is not repeated, and its result says so.
                unknown++;
            }
        }

        queues.OtherResults.ShouldBeEmpty("no message has two results");
        unknown.ShouldBeInRange(1, Creates / 2);
        using var client = new HttpClient();
        (await NamesAsync(client, url, "UPDATE-U")).Count.ShouldBe(Upserts);
        var names = await NamesAsync(client, url, "UPDATE-P");
        names.ShouldBeUnique();
        made.ShouldBeSubsetOf(names);

        LocalHostProcess Start() => LocalHostProcess.Start(
        [
            "--no-pass", "--port", "0", "--storage", storage.ConnectionString, "--salesforce", org.BaseUrl.ToString(), "--queue-lease", "00:00:10",
            .. ShortTimes.SelectMany(setting => new[] { "--settings", setting }),
        ]);

        int Writes(string method) => org.Requests.Count(request => request.Method == method && request.Path.Contains("/sobjects/Account", StringComparison.Ordinal));

        Task SendAsync(string id, JsonObject payload) => queues.SendAsync(
            "salesforce-create-record", new JsonObject { ["correlationId"] = id, ["payload"] = payload }.ToJsonString());
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(HttpClient client, Uri url, string start)
    {
        using var reply = await client.PostAsJsonAsync(
            new Uri(url, "/api/query"), new { soqlQuery = $"SELECT Name FROM Account WHERE Name LIKE '{start}%'" }, TestContext.Current.CancellationToken);
        return [.. (await reply.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["records"]!.AsArray().Select(record => (string)record!["Name"]!)];
    }

    private static JsonObject Upsert(string name) => new()
    {
        ["objectType"] = "Account",
        ["externalIdField"] = "External_Id__c",
        ["fields"] = new JsonObject { ["External_Id__c"] = name, ["Name"] = name },
    };

    private static JsonObject Create(string name) => new()
    {
        ["objectType"] = "Account",
        ["fields"] = new JsonObject { ["Name"] = name },
    };
}
