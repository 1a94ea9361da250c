using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;

namespace Connector.Tests.Hosting;

/// <summary>A wrong app setting stops the app at its start, by its name and with what is allowed.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("Salesforce__BaseUrl", "mydomain.my.salesforce.com", "Salesforce__BaseUrl", "base URL of an org")]
    [InlineData("Salesforce__BaseUrl", "https://evil.example", "Salesforce__BaseUrl", "*.my.salesforce.com")]
    [InlineData("Salesforce__BaseUrl", "http://localhost:7072", "Salesforce__BaseUrl", "*.my.salesforce.com")]
    [InlineData("Salesforce__ApiVersion", "latest", "Salesforce__ApiVersion", "v67.0")]
    [InlineData("Salesforce__AllowedHosts", "*.my.salesforce.com,https://x", "Salesforce__AllowedHosts", "https://x")]
    [InlineData("Salesforce__Orgs__emea__BaseUrl", "https://evil.example", "Salesforce__Orgs__emea__BaseUrl", "*.my.salesforce.com")]
    [InlineData("Salesforce__Orgs__emea__BaseUrl", "https://mydomain.my.salesforce.com", "Salesforce__Orgs__emea__BaseUrl", "same org as")]
    [InlineData("Salesforce__Orgs__em-ea__BaseUrl", "https://other.my.salesforce.com", "Salesforce__Orgs__em-ea", "letters and digits")]
    [InlineData("Salesforce__Login", "password", "Salesforce__Login", "client-credentials or jwt")]
    [InlineData("Salesforce__Login", "jwt", "Salesforce__ConsumerKey", "is required")]
    [InlineData("Salesforce__Login", "jwt", "Salesforce__UserName", "is required")]
    [InlineData("Salesforce__UserName", "user@example.com", "Salesforce__UserName", "goes with Salesforce__Login = jwt only")]
    [InlineData("Salesforce__ConsumerKey", "a-key", "Salesforce__ConsumerKey", "goes with Salesforce__Login = jwt only")]
    [InlineData("Salesforce__Audience", "https://login.salesforce.com", "Salesforce__Audience", "goes with Salesforce__Login = jwt only")]
    [InlineData("Salesforce__SigningKey", "a-key", "Salesforce__SigningKey", "goes with Salesforce__Login = jwt only")]
    [InlineData("Salesforce__Audience", "login.salesforce.com", "Salesforce__Audience", "https://login.salesforce.com")]
    [InlineData("Salesforce__SigningKey", "my_key", "Salesforce__SigningKey", "letters, digits and -")]
    [InlineData("Salesforce__Callers", "camunda", "Salesforce__Callers", "client ids of Microsoft Entra applications")]
    [InlineData("Salesforce__Callers", "salesforce-query,salesforce-qeury", "Salesforce__Callers", "has \"salesforce-qeury\"; allowed are client ids")]
    [InlineData("Salesforce__Callers", "salesforce-results", "Salesforce__Callers", "salesforce-query, ")]
    [InlineData("Salesforce__Callers", "", "Salesforce__Callers", "leave the setting out to let every caller use the org")]
    [InlineData("Salesforce__Callers", " , ", "Salesforce__Callers", "leave the setting out to let every caller use the org")]
    [InlineData("Salesforce__Orgs__emea__Login", "oauth", "Salesforce__Orgs__emea__Login", "client-credentials or jwt")]
    [InlineData("Salesforce__Timeout", "00:10:00", "Timeout", "00:03:40")]
    [InlineData("Salesforce__AttemptTimeout", "00:00:00", "AttemptTimeout", "00:00:01")]
    [InlineData("Salesforce__LoginTimeout", "1.00:00:00", "LoginTimeout", "00:01:40")]
    [InlineData("Salesforce__StallTimeout", "00:00:00", "StallTimeout", "00:00:01")]
    [InlineData("Salesforce__MaxRetries", "11", "MaxRetries", "10")]
    [InlineData("Salesforce__RetryDelay", "00:01:00", "RetryDelay", "00:00:30")]
    [InlineData("Salesforce__TokenLifetime", "00:00:01", "TokenLifetime", "00:01:00")]
    [InlineData("Salesforce__RefusedLoginPause", "01:00:00", "RefusedLoginPause", "00:10:00")]
    [InlineData("Salesforce__MaxPayloadBytes", "1", "MaxPayloadBytes", "1024")]
    [InlineData("Salesforce__MaxPayloadBytesAtOnce", "1048576", "Salesforce__MaxPayloadBytesAtOnce", "Salesforce__MaxPayloadBytes")]
    [InlineData("Queues__Results", "Salesforce_Results", "Queues__Results", "lower-case letters")]
    [InlineData("Queues__Results", "salesforce-query", "Queues__Results", "the queue of Query")]
    [InlineData("Queues__ReplyTo", "ok,salesforce-update-record-poison", "Queues__ReplyTo", "the queue of UpdateRecord")]
    [InlineData("Queues__Poison", "salesforce-results", "Queues__Poison", "the same queue as Queues__Results")]
    [InlineData("Queues__AttemptLease", "00:05:00", "Queues__AttemptLease", "longer than functionTimeout in host.json (00:05:00)")]
    [InlineData("AzureFunctionsJobHost__functionTimeout", "00:04:30", "Salesforce__InvocationTimeout", "shorter than functionTimeout in host.json (00:04:30)")]
    [InlineData("AzureFunctionsJobHost__functionTimeout", "00:04:00", "Salesforce__InvocationTimeout", "shorter than functionTimeout in host.json (00:04:00)")]
    [InlineData("AzureFunctionsJobHost__functionTimeout", "00:07:00", "Queues__AttemptLease", "longer than functionTimeout in host.json (00:07:00)")]
    [InlineData("Salesforce__InvocationTimeout", "00:03:20", "Salesforce__InvocationTimeout", "longer than Salesforce__Timeout (00:03:20)")]
    [InlineData("Queues__ReplyTo", "ok,not--ok", "Queues__ReplyTo", "not--ok")]
    [InlineData("Queues__RetryFor", "8.00:00:00", "RetryFor", "7.00:00:00")]
    [InlineData("Queues__LongestRetryDelay", "00:00:01", "Queues__LongestRetryDelay", "Queues__FirstRetryDelay")]
    [InlineData("Queues__ClaimLifetime", "01:00:00", "Queues__ResultLifetime", "Queues__ClaimLifetime")]
    [InlineData("Storage", null, "Storage__queueServiceUri", "connection string in Storage")]
    [InlineData("KeyVault__Uri", null, "KeyVault__Uri", "https://my-vault.vault.azure.net")]
    [InlineData("KeyVault__Uri", "http://my-vault.vault.azure.net", "KeyVault__Uri", "https")]
    [InlineData("KeyVault__SecretPrefix", "sales_force", "KeyVault__SecretPrefix", "letters, digits and -")]
    [InlineData("KeyVault__TokenSecretLifetime", "00:00:00", "TokenSecretLifetime", "00:00:01")]
    [InlineData("Salesforce__ClientName", "our client", "Salesforce__ClientName", "letters, digits")]
    [InlineData("Events__Topics__accounts__Topic", "AccountChangeEvent", "Events__Topics__accounts__Topic", "/data/AccountChangeEvent")]
    [InlineData("Events__Topics__accounts__From", "now", "Events__Topics__accounts__Topic", "/data/AccountChangeEvent")]
    [InlineData("Events__Topics__all__From", "now", "Events__Topics__all__From", "latest or earliest")]
    [InlineData("Events__Topics__all__Org", "emea", "Events__Topics__all__Org", "Salesforce__Orgs__{name}__BaseUrl")]
    [InlineData("Events__Topics__all__SkipOwnChanges", "true", "Events__Topics__all__SkipOwnChanges", "Salesforce__ClientName")]
    [InlineData("Events__Topics__again__Topic", "/data/ChangeEvents", "Events__Topics__", "the same topic as Events__Topics__")]
    [InlineData("Events__Topics__my-topic__Topic", "/event/Order__e", "Events__Topics__my-topic", "letters and digits")]
    [InlineData("Events__Endpoint", "https://evil.example:7443", "Events__Endpoint", "salesforce.com")]
    [InlineData("Events__Endpoint", "http://api.pubsub.salesforce.com:7443", "Events__Endpoint", "https")]
    [InlineData("Events__Endpoint", "http://localhost:7011", "Events__Endpoint", "salesforce.com")]
    [InlineData("Events__Topics__all__Beginning", "earliest", "Events__Topics__all__Beginning", "From")]
    [InlineData("Events__Topics__all__InOrder", "perhaps", "Events__Topics__all__InOrder", "true or false")]
    [InlineData("Events__Lease", "00:00:01", "Lease", "00:00:15")]
    [InlineData("Events__ListenFor", "00:04:55", "Events__ListenFor", "functionTimeout in host.json (00:05:00)")]
    public async Task A_wrong_setting_is_named_with_what_is_allowed(string setting, string? value, string name, string allowed)
    {
        var exception = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(setting, value));

        exception.Message.ShouldContain(name);
        exception.Message.ShouldContain(allowed);
    }

    [Theory]
    [InlineData("Salesforce__Timeout", "soon", "Salesforce:Timeout")]
    [InlineData("Salesforce__MaxRetries", "many", "Salesforce:MaxRetries")]
    [InlineData("Salesforce__AllowLoopback", "perhaps", "Salesforce:AllowLoopback")]
    [InlineData("Salesforce__ShareTokens", "perhaps", "Salesforce:ShareTokens")]
    [InlineData("Salesforce__WarmUp", "perhaps", "Salesforce:WarmUp")]
    public async Task A_setting_of_the_wrong_type_is_named(string setting, string value, string name) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(setting, value))).Message.ShouldContain(name);

    [Theory]
    [InlineData(1, true)]
    [InlineData(127, true)]
    [InlineData(0, false)]
    [InlineData(128, false)]
    public async Task A_signing_key_has_a_name_that_Key_Vault_can_have(int length, bool isTaken)
    {
        var starting = StartAsync(
            ("Salesforce__Login", "jwt"), ("Salesforce__ConsumerKey", "a-key"), ("Salesforce__UserName", "user@example.com"), ("Salesforce__SigningKey", new string('k', length)));

        if (isTaken)
        {
            await starting;
        }
        else
        {
            (await Should.ThrowAsync<OptionsValidationException>(() => starting)).Message.ShouldContain("Salesforce__SigningKey: must be the name");
        }
    }

    [Theory]
    [InlineData("queue", "Storage__queueServiceUri")]
    [InlineData("blob", "Storage__blobServiceUri")]
    [InlineData("table", "Storage__tableServiceUri")]
    [InlineData(null, null)]
    public void Storage_by_the_apps_own_identity_has_an_address_of_each_service(string? without, string? missing)
    {
        var settings = new[] { "queue", "blob", "table" }.Where(service => service != without)
            .Select(service => KeyValuePair.Create($"Storage__{service}ServiceUri", (string?)$"https://account.{service}.core.windows.net"));
        var storage = new StorageConnection(new ConfigurationBuilder().AddAppSettings(settings).Build());

        storage.MissingSetting.ShouldBe(missing);
        if (missing is null)
        {
            storage.CreateQueues().Uri.Host.ShouldBe("account.queue.core.windows.net");
            storage.CreateResultsContainer().Uri.Host.ShouldBe("account.blob.core.windows.net");
            storage.CreateOperationsTable().Uri.Host.ShouldBe("account.table.core.windows.net");
        }
    }

    [Fact]
    public async Task The_case_of_an_orgs_name_does_not_matter() =>
        await StartAsync(("Salesforce__Orgs__emea__BaseUrl", "https://other.my.salesforce.com"), ("Events__Topics__all__Org", "EMEA"));

    private static Task StartAsync(string setting, string? value) => StartAsync((setting, value));

    private static async Task StartAsync(params (string Setting, string? Value)[] given)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Salesforce__BaseUrl"] = "https://mydomain.my.salesforce.com",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
            ["Storage"] = "UseDevelopmentStorage=true",
        };
        foreach (var (setting, value) in given)
        {
            settings[setting] = value;
            if (setting.StartsWith("Events__", StringComparison.Ordinal))
            {
                settings["Events__Topics__all__Topic"] = "/data/ChangeEvents";
            }
        }

        var (host, _) = await ConnectorWorker.StartAsync(new FunctionsHostOptions { Settings = settings });
        await host.DisposeAsync();
    }
}
