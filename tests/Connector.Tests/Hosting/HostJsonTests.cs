using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using SalesforceConnector.Triggers.Http;

namespace Connector.Tests.Hosting;

/// <summary>What the code, the infrastructure and other people's messages rely on in host.json.</summary>
public sealed class HostJsonTests
{
    private static readonly JsonNode Host = JsonNode.Parse(Repository.Read("host.json"))!;

    [Fact]
    public void Routes_are_those_of_the_documents() =>
        ((string?)Host["extensions"]!["http"]!["routePrefix"]).ShouldBe(HttpOperation.RoutePrefix);

    [Fact]
    public void Messages_are_plain_JSON_and_are_given_up_after_five_deliveries()
    {
        var queues = Host["extensions"]!["queues"]!;

        ((string?)queues["messageEncoding"]).ShouldBe("none");
        ((int?)queues["maxDequeueCount"]).ShouldBe(5);
        ((string?)queues["visibilityTimeout"]).ShouldBe("00:00:30");
    }

    // The page on cost counts an idle listener's requests by it.
    [Fact]
    public void A_message_waits_for_an_idle_listener_for_five_seconds_at_most() =>
        ((string?)Host["extensions"]!["queues"]!["maxPollingInterval"]).ShouldBe("00:00:05");

    // Each request to storage would be a line otherwise.
    [Fact]
    public void Azures_clients_log_what_goes_wrong_only() => ((string?)Host["logging"]!["logLevel"]!["Azure.Core"]).ShouldBe("Warning");

    [Fact]
    public void An_invocation_has_five_minutes() => ((string?)Host["functionTimeout"]).ShouldBe("00:05:00");

    [Fact]
    public void Telemetry_goes_the_way_of_the_apps_own() => ((string?)Host["telemetryMode"]).ShouldBe("OpenTelemetry");
}
