using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesforceConnector;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Events.Deliveries;
using SalesforceConnector.Triggers.Queues;

namespace Infra.Tests;

/// <summary>What is deployed is what the app needs: tags, queues, settings.</summary>
public sealed partial class DeploymentTests(Bicep bicep)
{
    // Capital and small letters are the same in names.
    private const BindingFlags AsConfigurationReads = BindingFlags.IgnoreCase | BindingFlags.Instance | BindingFlags.Public;

    private static readonly QueueOptions Queues = new();

    // Of the Functions host.
    private static readonly string[] HostSettings =
    [
        "AzureWebJobsStorage__blobServiceUri",
        "AzureWebJobsStorage__tableServiceUri",
        "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsSecretStorageType",
        "AzureWebJobsSecretStorageKeyVaultUri",
        "AzureWebJobsSecretStorageKeyVaultClientId",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "Storage__credential",
        $"AzureWebJobs.{nameof(ReceiveEvents)}.Disabled",
        $"AzureWebJobs.{nameof(DeliverEvent)}.Disabled",
    ];

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Azd_finds_the_resource_group_and_the_one_app_by_their_tags(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);

        ((string?)deployment.Single("Microsoft.Resources/resourceGroups")["tags"]!["azd-env-name"]).ShouldBe("test");
        var tagged = deployment.Resources.Where(resource => resource["tags"]?["azd-service-name"] is not null).ShouldHaveSingleItem();
        tagged.ShouldBeSameAs(deployment.Site);
        ((string?)tagged["tags"]!["azd-service-name"]).ShouldBe("connector");
    }

    [Fact]
    public async Task Azd_has_the_outputs_that_people_and_pipelines_go_by() =>
        (await bicep.DeployAsync()).Outputs.Select(output => output.Key).ShouldBe(
            [
                "AZURE_LOCATION", "AZURE_TENANT_ID", "AZURE_RESOURCE_GROUP", "AZURE_FUNCTION_NAME", "SERVICE_CONNECTOR_NAME",
                "SERVICE_CONNECTOR_URI", "AZURE_KEY_VAULT_NAME", "AZURE_KEY_VAULT_ENDPOINT", "AZURE_KEY_VAULT_ID", "AZURE_IDENTITY_PRINCIPAL_ID", "AZURE_SIGNING_KEYS", "AZURE_QUEUE_ENDPOINT",
            ],
            ignoreOrder: true);

    [Fact]
    public async Task There_is_a_queue_for_each_operation_and_its_poison_queue_of_the_hosts()
    {
        string[] operationQueues = [.. QueueOptions.Operations.Values];

        (await bicep.DeployAsync()).Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldBe(
            [.. operationQueues, .. operationQueues.Select(queue => queue + QueueOptions.PoisonSuffix), Queues.Results, Queues.Poison],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Queues_for_replyTo_are_made_and_allowed()
    {
        var deployment = await bicep.DeployAsync("operated");

        deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldContain("orders");
        deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldContain("invoices");
        new QueueOptions { ReplyTo = deployment.Settings["Queues__ReplyTo"] }.AllowedReplyTo.ShouldBe(["orders", "invoices"]);
    }

    [Fact]
    public async Task The_container_and_the_tables_have_the_apps_names()
    {
        var deployment = await bicep.DeployAsync();

        deployment.Names("Microsoft.Storage/storageAccounts/blobServices/containers").ShouldContain(StorageConnection.ResultsContainer);
        deployment.Names("Microsoft.Storage/storageAccounts/tableServices/tables").ShouldBe([StorageConnection.OperationsTable, StorageConnection.TokensTable], ignoreOrder: true);
    }

    [Fact]
    public async Task Bodies_of_results_are_deleted_when_nobody_can_want_them_any_more()
    {
        var rule = (await bicep.DeployAsync()).Single("Microsoft.Storage/storageAccounts/managementPolicies")["properties"]!["policy"]!["rules"]!
            .AsArray().ShouldHaveSingleItem()!["definition"]!;

        rule["filters"]!["prefixMatch"]!.AsArray().Select(prefix => (string?)prefix).ShouldBe([$"{StorageConnection.ResultsContainer}/", $"{StorageConnection.FilesContainer}/{FileContainer.Uploads}/", $"{StorageConnection.FilesContainer}/{FileContainer.Downloads}/", $"{StorageConnection.BulkContainer}/"]);
        var days = (int)rule["actions"]!["baseBlob"]!["delete"]!["daysAfterModificationGreaterThan"]!;
        TimeSpan.FromDays(days).ShouldBeGreaterThan(Queues.ClaimLifetime, "a message that is delivered twice sends the stored result again, with its blob");
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task The_app_starts_with_the_settings_that_it_is_given(string parameters)
    {
        var settings = (await bicep.DeployAsync(parameters)).Settings;
        await using var services = Services(settings);

        Should.NotThrow(services.GetRequiredService<IStartupValidator>().Validate);

        services.GetRequiredService<IOptions<KeyVaultOptions>>().Value.ManagedIdentityClientId.ShouldNotBeNullOrEmpty();
        services.GetRequiredService<QueueServiceClient>().Uri.Host.ShouldContain(".queue.");
        services.GetRequiredService<BlobContainerClient>().Uri.Host.ShouldContain(".blob.");
        services.GetRequiredService<TableClient>().Uri.Host.ShouldContain(".table.");
    }

    [Fact]
    public async Task The_orgs_are_those_of_the_parameters()
    {
        await using var services = Services((await bicep.DeployAsync("operated")).Settings);

        var options = services.GetRequiredService<IOptions<SalesforceOptions>>().Value;

        options.BaseUrl.ShouldBe("https://main.my.salesforce.com");
        options.Orgs.ToDictionary(org => org.Key, org => org.Value.BaseUrl).ShouldBe(
            new Dictionary<string, string?> { ["emea"] = "https://emea.my.salesforce.com", ["apac"] = "https://apac.my.salesforce.com" },
            ignoreOrder: true);
    }

    [Fact]
    public async Task The_subscriptions_are_those_of_the_parameters()
    {
        var deployment = await bicep.DeployAsync("events");
        await using var services = Services(deployment.Settings);

        var options = services.GetRequiredService<IOptions<EventOptions>>().Value;

        options.Topics.ToDictionary(topic => topic.Key, topic => (topic.Value.Topic, topic.Value.Org, topic.Value.From, topic.Value.SkipOwnChanges)).ShouldBe(
            new Dictionary<string, (string?, string?, string, bool)>
            {
                ["accounts"] = ("/data/AccountChangeEvent", null, "latest", true),
                ["orders"] = ("/event/Order__e", "emea", "earliest", false),
            },
            ignoreOrder: true);
        options.ListenFor.ShouldBe(TimeSpan.FromSeconds(20));
        options.Topics["orders"].Deliver!.Webhook.ShouldBe("https://engine.example/inbound/orders?key=1");
        options.Topics["accounts"].Deliver.ShouldBeNull();
        deployment.Settings.Keys.ShouldNotContain($"AzureWebJobs.{nameof(DeliverEvent)}.Disabled");
        deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldContain(DeliverEvent.Queue);
        deployment.Settings.Keys.ShouldNotContain($"AzureWebJobs.{nameof(ReceiveEvents)}.Disabled");
        deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldContain(EventOutbox.Name);
        deployment.Names("Microsoft.Storage/storageAccounts/tableServices/tables").ShouldContain(StorageConnection.EventsTable);
    }

    [Fact]
    public async Task Without_subscriptions_the_functions_of_events_do_not_wake_the_app()
    {
        var deployment = await bicep.DeployAsync();

        deployment.Settings[$"AzureWebJobs.{nameof(ReceiveEvents)}.Disabled"].ShouldBe("true");
        deployment.Settings[$"AzureWebJobs.{nameof(DeliverEvent)}.Disabled"].ShouldBe("true");
        deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldNotContain(DeliverEvent.Queue);
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task No_setting_is_unknown(string parameters)
    {
        var known = (
            from options in typeof(ConnectorServices).Assembly.GetTypes()
            let section = options.GetField("SectionName")
            where section is not null
            from property in options.GetProperties()
            select $"{section.GetRawConstantValue()}__{property.Name}")
            .Concat(new[] { "queue", "blob", "table" }.Select(service => $"{StorageConnection.Name}__{service}ServiceUri"))
            .Append($"{StorageConnection.Name}__clientId")
            .Concat(HostSettings)
            .ToHashSet();

        (await bicep.DeployAsync(parameters)).Settings.Keys
            .Where(setting => OrgSetting().Match(setting) is not { Success: true } ofOrg || typeof(OrgOptions).GetProperty(ofOrg.Groups["name"].Value, AsConfigurationReads) is null)
            .Where(setting => TopicSetting().Match(setting) is not { Success: true } ofTopic || typeof(TopicOptions).GetProperty(ofTopic.Groups["name"].Value) is null)
            .Where(setting => DeliverySetting().Match(setting) is not { Success: true } ofDelivery || typeof(DeliveryOptions).GetProperty(ofDelivery.Groups["name"].Value) is null)
            .ShouldBeSubsetOf(known);
    }

    private static ServiceProvider Services(IReadOnlyDictionary<string, string> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
                setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)AtRunTime(setting.Value))))
            .Build());
        services.AddLogging();
        services.AddSalesforceConnector();
        return services.BuildServiceProvider();
    }

    // What is known only when it is deployed stays an expression in the prediction.
    private static string AtRunTime(string value) => EndpointExpression().Match(value) is { Success: true } endpoint
        ? endpoint.Groups["service"].Value is { Length: > 0 } service ? $"https://account.{service}.core.windows.net/" : "https://vault.vault.azure.net/"
        : value.StartsWith('[') ? "an-id" : value;

    [GeneratedRegex(@"\.(?:primaryEndpoints\.(?<service>\w+)|vaultUri)\]\z")]
    private static partial Regex EndpointExpression();

    [GeneratedRegex(@"\ASalesforce__Orgs__[A-Za-z0-9]+__(?<name>[A-Za-z]+)\z")]
    private static partial Regex OrgSetting();

    [GeneratedRegex(@"\AEvents__Topics__[A-Za-z0-9]+__(?<name>[A-Za-z]+)\z")]
    private static partial Regex TopicSetting();

    [GeneratedRegex(@"\AEvents__Topics__[A-Za-z0-9]+__Deliver__(?<name>[A-Za-z]+)\z")]
    private static partial Regex DeliverySetting();
}
