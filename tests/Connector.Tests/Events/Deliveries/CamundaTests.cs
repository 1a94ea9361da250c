using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;

namespace Connector.Tests.Events.Deliveries;

/// <summary>Events published as messages to a Camunda 8 cluster.</summary>
public sealed class CamundaTests(AzuriteFixture azurite)
{
    private const string ClientId = "camunda-client";
    private const string ClientSecret = "the secret of Camunda's client";
    private const string Token = "the-token-of-camunda-";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_published_as_a_message_with_the_records_id_as_correlation_key(bool inOrder)
    {
        await using var test = await StartAsync(inOrder);
        await using var run = await new RunningEvents(test.App).ListeningAsync();

        var id = await test.CreateAsync("Acme");
        await test.CreateAsync("Next");

        var requests = await PublishedAsync(test, 2);
        var message = requests.Select(request => request.Json).Single(body => (string?)body["correlationKey"] == id);
        Members(message).ShouldBe(["name", "correlationKey", "timeToLive", "messageId", "variables", "tenantId"]);
        ((string?)message["name"]).ShouldBe("account-changed");
        ((long)message["timeToLive"]!).ShouldBe(7_200_000);
        ((string?)message["tenantId"]).ShouldBe("sales");
        var received = message["variables"]!["salesforceEvent"]!;
        ((string?)message["messageId"]).ShouldBe((string?)received["eventId"]);
        ((string?)received["payload"]!["Name"]).ShouldBe("Acme");
        requests.ShouldAllBe(request => request.Path == "/cluster-1/v2/messages/publication" && request.Headers["authorization"] == $"Bearer {Token}1");
        requests.ShouldAllBe(request => request.Headers["content-type"] == "application/json");
        IsMessagePublicationRequest(message).ShouldBeEmpty();

        var login = test.Receiver.Requests.Single(request => request.Path == "/oauth/token");
        Uri.UnescapeDataString(Encoding.UTF8.GetString(login.Body)).Replace('+', ' ')
            .ShouldBe($"grant_type=client_credentials&client_id={ClientId}&client_secret={ClientSecret}&audience=zeebe.camunda.io&scope=cluster-1");
    }

    [Fact]
    public async Task A_message_that_the_cluster_knows_is_delivered()
    {
        await using var test = await StartAsync(inOrder: true);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        Answer(test, (_, context) => context.Response.StatusCode = StatusCodes.Status409Conflict);

        await test.CreateAsync("Known");
        await test.CreateAsync("Next");

        await PublishedAsync(test, 2);
        (await test.App.Queues.CountAsync("salesforce-poison")).ShouldBe(0);
    }

    [Fact]
    public async Task A_token_is_used_for_nine_tenths_of_its_life()
    {
        var time = ManualTime.AheadOfMachine();
        await using var test = await StartAsync(inOrder: true, time: time.Provider);
        var published = 0;
        foreach (var (seconds, token) in ((int, int)[])[(0, 1), (535, 1), (10, 2)])
        {
            time.Provider.Advance(TimeSpan.FromSeconds(seconds));
            await using var run = await new RunningEvents(test.App).ListeningAsync();

            await test.CreateAsync("Acme");

            (await PublishedAsync(test, ++published))[^1].Headers["authorization"].ShouldBe($"Bearer {Token}{token}");
        }
    }

    [Fact]
    public async Task A_token_that_the_cluster_refuses_is_replaced_at_once()
    {
        await using var test = await StartAsync(inOrder: true);
        await using var run = await new RunningEvents(test.App).ListeningAsync();
        Answer(test, (request, context) => context.Response.StatusCode = request.Headers["authorization"].EndsWith('1') ? 401 : 200);

        await test.CreateAsync("Acme");

        (await PublishedAsync(test, 2)).Select(request => request.Headers["authorization"]).ShouldBe([$"Bearer {Token}1", $"Bearer {Token}2"]);
        test.App.Log.Text.ShouldNotContain("was not delivered");
    }

    [Fact]
    public async Task An_event_without_its_correlation_key_is_kept_and_what_has_none_by_nature_has_an_empty_one()
    {
        await using var test = await StartAsync(inOrder: true, new() { ["Events__Topics__accounts__Deliver__CorrelationKey"] = "payload.Phone" });
        await using var run = await new RunningEvents(test.App).ListeningAsync();

        await test.CreateAsync("Without a phone");
        test.App.Org.Events.PublishOverflow("Account");

        var request = (await PublishedAsync(test, 1))[0];
        ((string?)request.Json["correlationKey"]).ShouldBe("");
        ((string?)request.Json["variables"]!["salesforceEvent"]!["type"]).ShouldBe("overflow");
        (await test.App.GetAsync("kept")).Body.ShouldContain("CORRELATION_KEY_MISSING");
    }

    [Fact]
    public async Task A_login_that_is_refused_is_said_and_tried_again()
    {
        await using var test = await StartAsync(inOrder: true);
        test.App.Vault.Set("events-accounts-client-secret", test.App.Secret("a wrong secret of Camunda's client"));
        await using var run = await new RunningEvents(test.App).ListeningAsync();

        await test.CreateAsync("Waits");
        await QueueDriver.WaitAsync(() => Task.FromResult(test.App.Log.Text.Contains("RECEIVER_NOT_AUTHORIZED", StringComparison.Ordinal)), () => "the refusal");
        test.App.Vault.Set("events-accounts-client-secret", ClientSecret);

        ((string?)(await PublishedAsync(test, 1))[0].Json["variables"]!["salesforceEvent"]!["payload"]!["Name"]).ShouldBe("Waits");
    }

    private async Task<DeliveryApp> StartAsync(bool inOrder, Dictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        var test = await DeliveryApp.StartAsync(azurite, inOrder, settings, url => new()
        {
            ["Events__Topics__accounts__Deliver__Camunda"] = new Uri(url, "cluster-1").ToString(),
            ["Events__Topics__accounts__Deliver__Message"] = "account-changed",
            ["Events__Topics__accounts__Deliver__CorrelationKey"] = "payload.ChangeEventHeader.recordIds[0]",
            ["Events__Topics__accounts__Deliver__TimeToLive"] = "02:00:00",
            ["Events__Topics__accounts__Deliver__Tenant"] = "sales",
            ["Events__Topics__accounts__Deliver__TokenUrl"] = new Uri(url, "oauth/token").ToString(),
            ["Events__Topics__accounts__Deliver__Audience"] = "zeebe.camunda.io",
            ["Events__Topics__accounts__Deliver__Scope"] = "cluster-1",
        }, time);
        test.App.Vault.Set("events-accounts-client-id", ClientId);
        test.App.Vault.Set("events-accounts-client-secret", test.App.Secret(ClientSecret));
        test.App.Secret(Token);
        Answer(test, (_, _) => { });
        return test;
    }

    private static void Answer(DeliveryApp test, Action<DeliveredRequest, HttpContext> publish)
    {
        var tokens = 0;
        test.Receiver.Answer = async (request, context) =>
        {
            if (request.Path != "/oauth/token")
            {
                publish(request, context);
            }
            else if (Encoding.UTF8.GetString(request.Body).Contains("a+wrong", StringComparison.Ordinal))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            }
            else
            {
                var token = string.Create(CultureInfo.InvariantCulture, $"{Token}{Interlocked.Increment(ref tokens)}");
                await context.Response.WriteAsync($$"""{"access_token":"{{token}}","expires_in":600,"token_type":"Bearer"}""");
            }
        };
    }

    private static async Task<IReadOnlyList<DeliveredRequest>> PublishedAsync(DeliveryApp test, int count)
    {
        IReadOnlyList<DeliveredRequest> published = [];
        await QueueDriver.WaitAsync(
            () =>
            {
                published = [.. test.Receiver.Requests.Where(request => request.Path != "/oauth/token")];
                return Task.FromResult(published.Count >= count);
            },
            () => $"{count} messages; got {published.Count}");
        return published;
    }

    private static IEnumerable<string> Members(JsonObject body) => body.Select(member => member.Key);

    // The schema MessagePublicationRequest of Camunda's OpenAPI document, which allows no other members.
    private static IEnumerable<string> IsMessagePublicationRequest(JsonObject body)
    {
        var types = new Dictionary<string, Func<JsonNode, bool>>
        {
            ["name"] = value => value.GetValueKind() == JsonValueKind.String,
            ["correlationKey"] = value => value.GetValueKind() == JsonValueKind.String,
            ["timeToLive"] = value => value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out _),
            ["messageId"] = value => value.GetValueKind() == JsonValueKind.String,
            ["variables"] = value => value.GetValueKind() == JsonValueKind.Object,
            ["tenantId"] = value => value.GetValueKind() == JsonValueKind.String,
            ["businessId"] = value => value.GetValueKind() == JsonValueKind.String,
        };
        return body.Where(member => !types.TryGetValue(member.Key, out var isRight) || !isRight(member.Value!)).Select(member => member.Key)
            .Concat(body.ContainsKey("name") ? [] : ["name"]);
    }
}
