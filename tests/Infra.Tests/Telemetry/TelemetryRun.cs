using System.Net;
using System.Net.Http.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Grpc.Core;
using Infra.Tests.Telemetry;
using LocalHost;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Triggers.Events;
using SalesforceSimulator;
using SalesforceSimulator.Events;
using TestDrivers;

[assembly: AssemblyFixture(typeof(TelemetryRun))]

namespace Infra.Tests.Telemetry;

/// <summary>
/// The local system with its exporter pointed at loopback: the pass over all operations by HTTP and queue, some calls that
/// fail, and the queues counted. Made once, when a test first asks.
/// </summary>
public sealed class TelemetryRun : IAsyncLifetime
{
    /// <summary>What the last call of the run sends as its correlation id.</summary>
    internal const string CorrelationId = "telemetry-run-4711";

    private readonly Lazy<Task<IReadOnlyCollection<TelemetryRecord>>> _records;

    public TelemetryRun() => _records = new(RunAsync);

    /// <summary>All that was sent. Without Node.js, which the queues need, the test is skipped.</summary>
    internal async Task<IReadOnlyCollection<TelemetryRecord>> RecordsAsync()
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        return await _records.Value.WaitAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_records.IsValueCreated)
        {
            await _records.Value;
        }
    }

    private static async Task<IReadOnlyCollection<TelemetryRecord>> RunAsync()
    {
        await using var ingestion = await IngestionEndpoint.StartAsync(CancellationToken.None);
        using var output = new StringWriter();
        var settings = new Dictionary<string, string?>(ingestion.Settings)
        {
            ["OTEL_TRACES_SAMPLER"] = "microsoft.fixed_percentage",
            ["OTEL_TRACES_SAMPLER_ARG"] = "1.0",
            ["Events__Topics__accounts__From"] = "earliest",
            // Every delivery fails, as no server listens at this address.
            ["Events__Topics__all__Topic"] = "/data/ChangeEvents",
            ["Events__Topics__all__From"] = "earliest",
            ["Events__Topics__all__Deliver__Webhook"] = "http://127.0.0.1:1/",
        };
        await using var system = await LocalSystem.StartAsync(
            new LocalSystemOptions { Port = 0, SimulatorPort = 0, Events = true, Settings = settings }, output, CancellationToken.None);
        system.Log.Level = LogLevel.None;
        using var calls = new PassCalls(system.Functions, key: null, system.SalesforceUrl, system.Storage, output);
        (await new OperationsPass(calls, output).RunAsync(CancellationToken.None)).ShouldBeTrue(output.ToString());

        using var client = new HttpClient { BaseAddress = system.Functions.BaseUrl };
        await ReceiveEventsAsync(system, client);
        await FailAsync(system, client);
        using var counted = await client.PostAsync(new Uri("admin/functions/Housekeeping", UriKind.Relative), content: null);
        counted.IsSuccessStatusCode.ShouldBeTrue();
        client.DefaultRequestHeaders.Add("x-correlation-id", CorrelationId);
        using var failed = await client.PostAsJsonAsync(
            new Uri("api/query", UriKind.Relative),
            new { soqlQuery = "SELECT Id FROM Account", authentication = new { type = "bearer", tokenSecret = "salesforce-not-there" } });
        failed.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        // What was not sent yet goes with the end of the app; metrics alone would take a minute.
        await system.Functions.DisposeAsync();
        return ingestion.Records;
    }

    // As when the day's requests are used up, and when a token and then the login for a new one are refused.
    private static async Task FailAsync(LocalSystem system, HttpClient client)
    {
        var query = new { soqlQuery = "SELECT Id FROM Account" };
        system.Salesforce!.AddFaults(new FaultRule { Path = "*/query", Times = 1, Status = 403, ErrorCode = "REQUEST_LIMIT_EXCEEDED", Message = "TotalRequests Limit exceeded." });
        using var limited = await client.PostAsJsonAsync(new Uri("api/query", UriKind.Relative), query);
        limited.IsSuccessStatusCode.ShouldBeFalse();
        system.Salesforce.AddFaults(
            new FaultRule { Path = "*/query", Times = 1, Status = 401, ErrorCode = "INVALID_SESSION_ID", Message = "Session expired or invalid" },
            new FaultRule { Path = "/services/oauth2/token", Times = 1, Status = 400, Body = """{"error":"invalid_client","error_description":"invalid client credentials"}""" });
        using var refused = await client.PostAsJsonAsync(new Uri("api/query", UriKind.Relative), query);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    // Those of the pass, after a failure.
    private static async Task ReceiveEventsAsync(LocalSystem system, HttpClient client)
    {
        system.Salesforce!.Events.AddFaults(new EventFault { Method = "Subscribe", Times = 1, Status = StatusCode.Unavailable });
        using var started = await client.PostAsync(new Uri("admin/functions/ReceiveEvents", UriKind.Relative), content: null);
        started.IsSuccessStatusCode.ShouldBeTrue();
        var queue = new QueueClient(system.Storage.ConnectionString, EventOutbox.Name);
        await QueueDriver.WaitAsync(async () => (await queue.PeekMessagesAsync()).Value.Length > 0, () => "events");
        var positions = new TableClient(system.Storage.ConnectionString, "salesforceevents");
        await QueueDriver.WaitAsync(
            async () => await positions.GetEntityIfExistsAsync<TableEntity>("accounts", "position") is { HasValue: true, Value: { } position } && position.ContainsKey("ReplayId"),
            () => "the position behind the first event");
        await QueueDriver.WaitAsync(
            async () => await positions.GetEntityIfExistsAsync<TableEntity>("all", "position") is { HasValue: true, Value: { } position } && position.ContainsKey("DeliveryFailedSince"),
            () => "a delivery that failed");
    }
}
