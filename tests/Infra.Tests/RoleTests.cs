using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace Infra.Tests;

/// <summary>Who may do what: these roles, and no others.</summary>
public sealed class RoleTests(Bicep bicep)
{
    private const string Assignments = "Microsoft.Authorization/roleAssignments";

    [Theory]
    [InlineData("default")]
    [InlineData("operated", "orders", "invoices")]
    public async Task The_app_has_the_roles_that_it_needs_each_on_the_one_resource(string parameters, params string[] replyTo)
    {
        var queues = new QueueOptions();
        string[] taken = [.. QueueOptions.Operations.Values];
        string[] sent = [queues.Results, .. replyTo];

        var deployment = await bicep.DeployAsync(parameters);

        deployment.Of(Assignments).Where(role => (string?)role["properties"]!["principalType"] == "ServicePrincipal").Select(Describe).ShouldBe(
            [
                "Storage Blob Data Owner on storageAccounts/host",
                "Storage Table Data Contributor on storageAccounts/host",
                .. taken.SelectMany(queue => new[] { queue, queue + QueueOptions.PoisonSuffix }).Select(queue => $"Storage Queue Data Contributor on queues/{queue}"),
                $"Storage Queue Data Contributor on queues/{queues.Poison}",
                .. sent.Select(queue => $"Storage Queue Data Message Sender on queues/{queue}"),
                .. sent.Select(queue => $"Storage Queue Data Reader on queues/{queue}"),
                $"Storage Blob Data Contributor on containers/{StorageConnection.ResultsContainer}",
                $"Storage Blob Data Contributor on containers/{StorageConnection.FilesContainer}",
                $"Storage Blob Data Contributor on containers/{StorageConnection.BulkContainer}",
                $"Storage Table Data Contributor on tables/{StorageConnection.OperationsTable}",
                $"Storage Table Data Contributor on tables/{StorageConnection.TokensTable}",
                "Key Vault Secrets User on vaults/",
                "Key Vault Secrets Officer on vaults/keys",
                "Monitoring Metrics Publisher on components/",
            ],
            ignoreOrder: true);
        deployment.Of(Assignments).Where(role => (string?)role["properties"]!["principalType"] == "ServicePrincipal")
            .ShouldAllBe(role => ((string)role["properties"]!["principalId"]!).Contains("userAssignedIdentities/id-"));
    }

    [Fact]
    public async Task Where_it_receives_events_the_app_may_put_them_on_their_queues_and_store_positions()
    {
        var assigned = (await bicep.DeployAsync("events")).Of(Assignments).Select(Describe).Except((await bicep.DeployAsync("default")).Of(Assignments).Select(Describe));

        assigned.ShouldBe(
            [
                $"Storage Queue Data Message Sender on queues/{EventOutbox.Name}",
                $"Storage Queue Data Reader on queues/{EventOutbox.Name}",
                $"Storage Queue Data Contributor on queues/{DeliverEvent.Queue}",
                $"Storage Queue Data Contributor on queues/{DeliverEvent.Queue}-poison",
                $"Storage Table Data Contributor on tables/{StorageConnection.EventsTable}",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Who_deploys_may_put_secrets_in_the_vault_of_the_orgs_only()
    {
        var role = (await bicep.DeployAsync("operated")).Of(Assignments)
            .Where(role => (string?)role["properties"]!["principalType"] != "ServicePrincipal").ShouldHaveSingleItem();

        Describe(role).ShouldBe("Key Vault Secrets Officer on vaults/");
        ((string?)role["properties"]!["principalId"]).ShouldBe("33333333-3333-3333-3333-333333333333");
        ((string?)role["properties"]!["principalType"]).ShouldBe("User");
    }

    [Fact]
    public async Task Who_deploys_may_make_certificates_where_they_sign_logins()
    {
        var deployment = await bicep.DeployAsync("jwt");

        deployment.Of(Assignments).Where(role => (string?)role["properties"]!["principalType"] != "ServicePrincipal").Select(Describe)
            .ShouldBe(["Key Vault Secrets Officer on vaults/", "Key Vault Certificates Officer on vaults/"], ignoreOrder: true);
        // The key's own role comes with the key, by azd's hook.
        ((string?)deployment.Outputs["AZURE_SIGNING_KEYS"]).ShouldBe("salesforce-=main-signing salesforce-emea-=other");
    }

    [Fact]
    public async Task The_settings_of_logins_by_JWT_bearer_are_those_that_the_app_takes()
    {
        var settings = (await bicep.DeployAsync("jwt")).Settings;

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
            .Build();
        var options = configuration.GetSection(SalesforceOptions.SectionName).Get<SalesforceOptions>()!;
        new SalesforceOptionsRules().Validate(null, options).Succeeded.ShouldBeTrue();
        (options.Login, options.ConsumerKey, options.UserName, options.Audience).ShouldBe(("jwt", "the-consumer-key", "integration@example.com", null));
        (options.SigningKey, options.Orgs["emea"].SigningKey).ShouldBe(("main-signing", "other"));
        (options.Orgs["emea"].Login, options.Orgs["emea"].UserName, options.Orgs["apac"].CallerSet!.Count).ShouldBe(("jwt", "emea@example.com", 2));
        settings.Keys.ShouldNotContain(name => name.Contains("secret", StringComparison.OrdinalIgnoreCase) && name.StartsWith("Salesforce", StringComparison.Ordinal));
    }

    // The names of accounts, vaults and components end in a hash.
    private static string Describe(JsonNode assignment)
    {
        var scope = ((string)assignment["id"]!).Split($"/providers/{Assignments}/")[0].Split('/');
        var name = scope[^2] switch
        {
            "storageAccounts" => scope[^1].StartsWith("sthost", StringComparison.Ordinal) ? "host" : "data",
            "vaults" => scope[^1].StartsWith("kv-keys-", StringComparison.Ordinal) ? "keys" : "",
            "components" => "",
            _ => scope[^1],
        };
        return $"{Role.NameOf(assignment)} on {scope[^2]}/{name}";
    }
}
