using System.Net;
using System.Text;
using Azure.Data.Tables;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Logins.Instances;

/// <summary>Instances that share tokens of logins by JWT bearer, sealed under what only the signing key can make.</summary>
public sealed class SharedJwtTests(AzuriteFixture azurite)
{
    private const string TokensTable = "salesforcetokens";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account LIMIT 1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_share_a_login_and_each_has_one_signature_for_the_seal()
    {
        await using var app = await ConnectorApp.StartAsync(storage: await azurite.TakeAccountAsync(), listensTo: [], jwt: true);
        await using var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        await using var third = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        await ShouldSucceedAsync(app, other, third);
        app.Org.Stats.Logins.ShouldBe(1);
        app.Vault.Signatures.ShouldBe(1 + 3);

        app.Org.ExpireTokens();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => ShouldSucceedAsync(i % 2 == 0 ? app : other)));

        app.Org.Stats.Logins.ShouldBe(2);
        app.Vault.Signatures.ShouldBe(2 + 3);
    }

    [Fact]
    public async Task A_refused_login_is_shared_as_well()
    {
        await using var app = await ConnectorApp.StartAsync(storage: await azurite.TakeAccountAsync(), listensTo: [], jwt: true);
        await using var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        app.Org.SetJwtApp(new JwtApp(app.Vault.AddCertificate(ConnectorApp.SigningKey)) { Approval = JwtApproval.NotAssigned });

        foreach (var instance in new[] { app, other })
        {
            (await instance.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        }

        app.Org.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_version_of_the_key_costs_one_login_and_no_error()
    {
        await using var app = await ConnectorApp.StartAsync(storage: await azurite.TakeAccountAsync(), listensTo: [], jwt: true);
        await ShouldSucceedAsync(app);
        app.Org.SetJwtApp(new JwtApp(app.Vault.AddCertificate(ConnectorApp.SigningKey)));

        await using var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        await using var third = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        await ShouldSucceedAsync(other, third, app);

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task While_the_vault_does_not_answer_a_shared_token_still_serves()
    {
        await using var app = await ConnectorApp.StartAsync(storage: await azurite.TakeAccountAsync(), listensTo: [], jwt: true);
        await using var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        await ShouldSucceedAsync(app, other);
        app.Org.ExpireTokens();
        await ShouldSucceedAsync(other);
        app.Vault.FailWith = 503;

        // It knows the old token only, and the new one is in the table.
        await ShouldSucceedAsync(app);
        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task Who_steals_the_table_has_no_token()
    {
        var account = await azurite.TakeAccountAsync();
        await using var app = await ConnectorApp.StartAsync(storage: account, listensTo: [], jwt: true);
        await ShouldSucceedAsync(app);
        var token = app.LastCall.Headers["Authorization"]["Bearer ".Length..];

        var entries = new List<TableEntity>();
        await foreach (var entity in new TableClient(account.ConnectionString, TokensTable).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            entries.Add(entity);
        }

        var entry = entries.ShouldHaveSingleItem();
        entry.RowKey.ShouldBe(ConnectorApp.SigningKey);
        Encoding.Latin1.GetString((byte[])entry["Sealed"]).ShouldNotContain(token.Split('!')[1]);

        // Nor has an instance that reads the entry and has no signature of the vault.
        await using var other = await app.StartInstanceAsync(ConnectorApp.JwtSettings);
        app.Vault.FailWith = 403;
        (await other.PostAsync("query", Query)).ShouldBeProblem(500, "SIGNING_KEY_ACCESS_DENIED", retryable: true);
        app.Vault.FailWith = null;
        await ShouldSucceedAsync(other);
        other.LastCall.Headers["Authorization"].ShouldEndWith(token);
        app.Org.Stats.Logins.ShouldBe(1);
    }

    private static async Task ShouldSucceedAsync(params ConnectorApp[] apps)
    {
        foreach (var app in apps)
        {
            (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        }
    }
}
