using System.Text.Json;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce.Events;

namespace Connector.Tests.Events.Deliveries;

/// <summary>The settings of deliveries, checked at the start.</summary>
public sealed class DeliverySettingsTests
{
    private const string Hook = "Webhook=https://engine.example/hook?sig=secret";
    private const string Cluster = "Camunda=https://bru-2.zeebe.camunda.io/cluster";
    private const string Tokens = "TokenUrl=https://login.cloud.camunda.io/oauth/token";

    [Theory]
    [InlineData("Deliver", "has no value of its own", "=https://engine.example")]
    [InlineData("Deliver__Hook", "Webhook, Secret", Hook, "Hook=1")]
    [InlineData("Deliver__Webhook", "Deliver__Camunda", "Timeout=00:00:30")]
    [InlineData("Deliver__Webhook", "not both", Hook, Cluster, "Message=changed", Tokens)]
    [InlineData("Deliver__Webhook", "https URL", "Webhook=http://engine.example/hook?sig=secret")]
    [InlineData("Deliver__Webhook", "https URL", "Webhook=http://localhost/hook?sig=secret")]
    [InlineData("Deliver__Webhook", "https URL", "Webhook=https://user:secret@engine.example/hook")]
    [InlineData("Deliver__Timeout", "00:01:40", Hook, "Timeout=00:05:00")]
    [InlineData("Deliver__Timeout", "a duration", Hook, "Timeout=soon")]
    [InlineData("Deliver__Secret", "not repeated here", Hook, "Secret=a secret itself")]
    [InlineData("Deliver__Secret", "must not begin with salesforce-", Hook, "Secret=salesforce-hook")]
    [InlineData("Deliver__Message", "Deliver__Camunda only", Hook, "Message=changed")]
    [InlineData("Deliver__Secret", "Deliver__Webhook only", Cluster, "Message=changed", Tokens, "Secret=hook")]
    [InlineData("Deliver__Message", "is required", Cluster, Tokens)]
    [InlineData("Deliver__TokenUrl", "is required", Cluster, "Message=changed")]
    [InlineData("Deliver__Camunda", "without a query", "Camunda=https://bru-2.zeebe.camunda.io?sig=secret", "Message=changed", Tokens)]
    [InlineData("Deliver__CorrelationKey", "payload.ChangeEventHeader.recordIds[0]", Cluster, "Message=changed", Tokens, "CorrelationKey=$.payload")]
    [InlineData("Deliver__TimeToLive", "7.00:00:00", Cluster, "Message=changed", Tokens, "TimeToLive=8.00:00:00")]
    public async Task A_wrong_setting_is_named_with_what_is_allowed(string name, string allowed, params string[] settings)
    {
        var exception = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(settings));

        exception.Message.ShouldContain($"Events__Topics__all__{name}");
        exception.Message.ShouldContain(allowed);
        exception.Message.ShouldNotContain("secret@");
        exception.Message.ShouldNotContain("sig=secret");
        exception.Message.ShouldNotContain("a secret itself");
    }

    [Theory]
    [InlineData(Hook)]
    [InlineData(Cluster, "Message=changed", Tokens)]
    public Task Right_settings_are_taken(params string[] settings) => StartAsync(settings);

    [Theory]
    [InlineData("eventId", "42")]
    [InlineData("payload.ids[1]", "b")]
    [InlineData("payload.grid[1][0]", "3")]
    [InlineData("payload.isOpen", "true")]
    [InlineData("payload.isLate", "false")]
    [InlineData("payload.ids[2]", null)]
    [InlineData("payload.ids", null)]
    [InlineData("payload.nothing", null)]
    [InlineData("payload.missing.more", null)]
    [InlineData("eventId[0]", null)]
    public void A_path_finds_text_numbers_and_Booleans(string path, string? expected)
    {
        using var document = JsonDocument.Parse("""{"eventId":"42","payload":{"ids":["a","b"],"grid":[[1],[3]],"isOpen":true,"isLate":false,"nothing":null}}""");

        EventPath.TryParse(path)!.Find(document.RootElement).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/payload")]
    [InlineData("payload.")]
    [InlineData("payload[x]")]
    [InlineData("payload[99999]")]
    [InlineData("payload .a")]
    public void Another_form_is_no_path(string path) => EventPath.TryParse(path).ShouldBeNull();

    private static async Task StartAsync(string[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Salesforce__BaseUrl"] = "https://acme.my.salesforce.com",
            ["KeyVault__Uri"] = LocalKeyVault.VaultUri,
            ["Storage"] = "UseDevelopmentStorage=true",
            ["Events__Topics__all__Topic"] = "/data/ChangeEvents",
        };
        foreach (var setting in settings.Select(setting => setting.Split('=', 2)))
        {
            all[setting[0].Length == 0 ? "Events__Topics__all__Deliver" : $"Events__Topics__all__Deliver__{setting[0]}"] = setting[1];
        }

        var (host, _) = await ConnectorWorker.StartAsync(new FunctionsHostOptions { Settings = all });
        await host.DisposeAsync();
    }
}
