using System.Net;
using System.Text;
using Azure.Data.Tables;
using Connector.Tests.Drivers;
using LocalHost;
using SalesforceConnector.Contracts.Storage;
using SalesforceSimulator;

namespace Connector.Tests.Logins.Instances;

/// <summary>Instances of the app that share their tokens by way of a real storage account.</summary>
public sealed class SharedTokenTests(AzuriteFixture azurite)
{
    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_share_a_login_and_the_next_one_as_well()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        await using var other = await app.StartInstanceAsync();
        await ShouldSucceedAsync(app, other);
        app.Org.Stats.Logins.ShouldBe(1);

        app.Org.ExpireTokens();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => ShouldSucceedAsync(i % 2 == 0 ? app : other)));

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task A_shared_token_that_is_no_more_either_costs_one_replay_more()
    {
        var time = new ManualTime();
        await using var app = await azurite.StartAppAsync(time: time.Provider, listensTo: []);
        await using var other = await app.StartInstanceAsync(time: time.Provider);
        await ShouldSucceedAsync(app, other);
        time.Provider.Advance(Pause);
        app.Org.ExpireTokens();
        await ShouldSucceedAsync(other);
        app.Org.ExpireTokens();
        var calls = app.Calls.Count;

        // It knows the first token, finds the second, and needs a third.
        await ShouldSucceedAsync(app);

        (app.Calls.Count - calls).ShouldBe(3);
        app.Org.Stats.Logins.ShouldBe(3);
    }

    [Fact]
    public async Task An_org_that_refuses_every_session_costs_two_logins_of_all_instances()
    {
        var time = new ManualTime();
        await using var app = await azurite.StartAppAsync(time: time.Provider, listensTo: []);
        await using var other = await app.StartInstanceAsync(time: time.Provider);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 401, ErrorCode = "INVALID_SESSION_ID", Message = "Session expired or invalid" });

        foreach (var instance in new[] { app, other })
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => instance.PostAsync("query", Query)));
            replies.ShouldAllBe(reply => (int)reply.Status == 502);
            replies[0].ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        }

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task Who_steals_the_tables_has_neither_token_nor_secret()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: []);
        await ShouldSucceedAsync(app);
        app.Org.ExpireTokens();
        await ShouldSucceedAsync(app);
        var token = app.LastCall.Headers["Authorization"]["Bearer ".Length..];

        // One entry, however many logins.
        (await EntriesAsync(account)).ShouldHaveSingleItem()["Sealed"].ShouldBeOfType<byte[]>().Length.ShouldBeGreaterThan(token.Length);
        var dump = new StringBuilder();
        var service = new TableServiceClient(account.ConnectionString);
        await foreach (var table in service.QueryAsync(cancellationToken: Cancellation))
        {
            await foreach (var entity in service.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: Cancellation))
            {
                foreach (var (name, value) in entity)
                {
                    dump.AppendLine(name).AppendLine(value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value.ToString());
                }
            }
        }

        foreach (var secret in new[] { token, token.Split('!')[1], ConnectorApp.ClientSecret, ConnectorApp.ClientId })
        {
            dump.ToString().ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task A_rotated_secret_costs_one_login_and_no_error()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        await ShouldSucceedAsync(app);
        app.Vault.Set("salesforce-client-secret", app.Secret("the-rotated-secret"));
        app.Org.SetClientSecret("the-rotated-secret");

        await using var other = await app.StartInstanceAsync();
        await using var third = await app.StartInstanceAsync();
        await ShouldSucceedAsync(other, third, app);

        app.Org.Stats.Logins.ShouldBe(2);
    }

    public static TheoryData<string, object> Damaged => new()
    {
        { "Sealed", new byte[100] },
        { "Sealed", "text" },
        { "Writer", 1L },
        { "LeaseUntil", "tomorrow" },
        { "LeaseUntil", new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero) },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_entry_is_no_error_and_is_replaced(string member, object value)
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: []);
        await ShouldSucceedAsync(app);
        var entity = (await EntriesAsync(account)).ShouldHaveSingleItem();
        entity[member] = value;
        await TokensOf(account).UpdateEntityAsync(entity, entity.ETag, TableUpdateMode.Replace, Cancellation);
        app.Org.ExpireTokens();

        await using var other = await app.StartInstanceAsync();
        await ShouldSucceedAsync(other);
        await ShouldSucceedAsync(app);

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task Without_storage_each_instance_logs_in_for_itself()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Salesforce__ShareTokens"] = "true",
            ["Storage"] = $"DefaultEndpointsProtocol=http;AccountName=none;AccountKey={Convert.ToBase64String(new byte[64])};"
                + "BlobEndpoint=http://127.0.0.1:1/none;QueueEndpoint=http://127.0.0.1:1/none;TableEndpoint=http://127.0.0.1:1/none;",
        };
        await using var app = await ConnectorApp.StartAsync(settings);
        await using var other = await app.StartInstanceAsync(settings);

        await ShouldSucceedAsync(app, other);

        app.Org.Stats.Logins.ShouldBe(2);
        app.Log.Text.ShouldContain("Storage does not answer: this instance logs in");
    }

    [Fact]
    public async Task Without_the_table_each_instance_logs_in_for_itself()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: []);
        await TokensOf(account).DeleteAsync(Cancellation);

        await ShouldSucceedAsync(app);

        app.Log.Text.ShouldContain("Storage does not answer: this instance logs in");
    }

    [Fact]
    public async Task Nothing_is_shared_where_the_setting_says_so()
    {
        var settings = new Dictionary<string, string?> { ["Salesforce__ShareTokens"] = "false" };
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(settings, storage: account, listensTo: []);
        await using var other = await app.StartInstanceAsync(settings);

        await ShouldSucceedAsync(app, other);

        app.Org.Stats.Logins.ShouldBe(2);
        (await EntriesAsync(account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tokens_of_credentials_in_payloads_are_not_shared()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: []);
        var authentication = new { type = "oauth-client-credentials-flow", clientId = ConnectorApp.ClientId, clientSecret = ConnectorApp.ClientSecret };

        (await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account LIMIT 1", authentication })).Status.ShouldBe(HttpStatusCode.OK);

        app.Org.Stats.Logins.ShouldBe(1);
        (await EntriesAsync(account)).ShouldBeEmpty();
    }

    private static async Task ShouldSucceedAsync(params IEnumerable<ConnectorApp> instances)
    {
        foreach (var instance in instances)
        {
            var reply = await instance.PostAsync("query", Query);
            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        }
    }

    private static TableClient TokensOf(AzuriteAccount account) => new(account.ConnectionString, StorageConnection.TokensTable);

    private static async Task<List<TableEntity>> EntriesAsync(AzuriteAccount account) =>
        await TokensOf(account).QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
}
