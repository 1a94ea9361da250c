using System.Diagnostics;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceSimulator;

namespace Connector.Tests.Telemetry;

/// <summary>An operation is a part of its caller's trace, however it came.</summary>
/// <remarks>W3C Trace Context.</remarks>
public sealed class TraceTests(AzuriteFixture azurite)
{
    private const string Query = "SELECT Id FROM Account LIMIT 1";

    [Fact]
    public async Task Over_HTTP_by_the_callers_header()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);

        await app.PostAsync("query", new { soqlQuery = Query }, ("traceparent", recording.Traceparent), ("x-correlation-id", "order-1"));

        await ManualTime.UntilAsync(() => recording.Activities.Any(activity => activity.DisplayName == "Query"));
        var operation = recording.Activities.Single(activity => activity.DisplayName == "Query");
        operation.Tags.ToDictionary().ShouldBe(
            new Dictionary<string, string?>
            {
                ["salesforce.operation"] = "Query",
                ["salesforce.trigger"] = "http",
                ["salesforce.correlation_id"] = "order-1",
            },
            ignoreOrder: true);
        operation.GetTagItem("salesforce.status").ShouldBe(200);
        var request = recording.Activities.Single(activity => activity.DisplayName == "Salesforce");
        request.ParentSpanId.ShouldBe(operation.SpanId);
        request.Kind.ShouldBe(ActivityKind.Client);
        request.GetTagItem("http.request.method").ShouldBe("GET");
        request.GetTagItem("http.response.status_code").ShouldBe(200);
        request.GetTagItem("server.address").ShouldBe(app.Org.BaseUrl.Host);
    }

    [Fact]
    public async Task By_queue_by_the_envelope()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        using var recording = Recording.Of(app);

        await app.Queues.SendAsync("salesforce-query", $$$"""{"correlationId":"q","traceparent":"{{{recording.Traceparent}}}","payload":{"soqlQuery":"{{{Query}}}"}}""");
        await app.Queues.ReceiveResultAsync("q");

        await ManualTime.UntilAsync(() => recording.Activities.Any(activity => activity.DisplayName == "Query"));
        var operation = recording.Activities.Single(activity => activity.DisplayName == "Query");
        operation.ParentSpanId.ShouldBe(recording.Caller);
        operation.Kind.ShouldBe(ActivityKind.Consumer);
        operation.GetTagItem("salesforce.trigger").ShouldBe("queue");
    }

    [Fact]
    public async Task The_hosts_own_activity_is_the_parent_over_HTTP_and_a_link_by_queue()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);
        var telemetry = app.Services.GetRequiredService<ConnectorTelemetry>();
        using var host = new Activity("host").SetParentId(recording.Trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();

        telemetry.Begin("ByHttp", Trigger.Http, "c", recording.Traceparent).Dispose();
        telemetry.Begin("ByQueue", Trigger.Queue, "c", recording.Traceparent).Dispose();

        var (http, queue) = (recording.Activities.Single(one => one.DisplayName == "ByHttp"), recording.Activities.Single(one => one.DisplayName == "ByQueue"));
        http.ParentSpanId.ShouldBe(host.SpanId);
        http.Links.ShouldBeEmpty();
        queue.ParentSpanId.ShouldBe(recording.Caller);
        queue.Links.ShouldHaveSingleItem().Context.SpanId.ShouldBe(host.SpanId);
    }

    [Fact]
    public async Task From_HTTP_through_the_queue_when_the_caller_does_not_wait()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        using var recording = Recording.Of(app);

        var accepted = await app.PostAsync("query", new { soqlQuery = Query }, ("traceparent", recording.Traceparent), ("Prefer", "respond-async"));

        ((int)accepted.Status).ShouldBe(202, accepted.Body);
        await ManualTime.UntilAsync(() => recording.Activities.Count(activity => activity.DisplayName == "Query") == 2);
        var operations = recording.Activities.Where(activity => activity.DisplayName == "Query").ToDictionary(activity => activity.Kind);
        operations[ActivityKind.Internal].GetTagItem("salesforce.status").ShouldBe(202);
        operations[ActivityKind.Consumer].ParentSpanId.ShouldBe(operations[ActivityKind.Internal].SpanId);
    }

    [Fact]
    public async Task What_is_no_trace_context_does_no_harm()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        using var recording = Recording.Of(app);

        (await app.PostAsync("query", new { soqlQuery = Query }, ("traceparent", "00-nonsense"))).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        await app.Queues.SendAsync("salesforce-query", $$$"""{"correlationId":"q","traceparent":"nonsense","payload":{"soqlQuery":"{{{Query}}}"}}""");

        ((int?)(await app.Queues.ReceiveResultAsync("q"))["status"]).ShouldBe(200);
    }

    [Fact]
    public async Task A_failure_is_marked_with_its_code()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "0" });
        using var recording = Recording.Of(app);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "m" });

        await app.PostAsync("query", new { soqlQuery = Query }, ("traceparent", recording.Traceparent));

        await ManualTime.UntilAsync(() => recording.Activities.Any(activity => activity.DisplayName == "Query"));
        recording.Activities.Count.ShouldBe(2);
        recording.Activities.ShouldAllBe(activity => activity.Status == ActivityStatusCode.Error);
        recording.Activities.ShouldAllBe(activity => (string?)activity.GetTagItem("error.type") == "SERVER_UNAVAILABLE");
    }

    [Fact]
    public async Task What_the_caller_did_wrong_is_no_failure_of_the_operation_and_has_its_code()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);

        await app.PostAsync("query", new { soqlQuery = "SELECT Nothing__c FROM Account" }, ("traceparent", recording.Traceparent));

        await ManualTime.UntilAsync(() => recording.Activities.Any(activity => activity.DisplayName == "Query"));
        var operation = recording.Activities.Single(activity => activity.DisplayName == "Query");
        operation.GetTagItem("salesforce.status").ShouldBe(400);
        operation.Status.ShouldBe(ActivityStatusCode.Unset);
        operation.GetTagItem("error.type").ShouldBe("INVALID_FIELD");
    }
}
