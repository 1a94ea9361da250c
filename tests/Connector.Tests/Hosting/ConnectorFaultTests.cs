using System.Text;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations.Queries;
using SalesforceConnector.Operations.Records;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;

namespace Connector.Tests.Hosting;

/// <summary>A mistake of the connector's own, in the middle of an operation.</summary>
public sealed class ConnectorFaultTests
{
    private const string Value = "Top secret name of a customer";

    [Fact]
    public async Task In_a_write_it_leaves_open_what_was_carried_out()
    {
        await using var app = await ConnectorApp.StartAsync();

        var (status, problem) = await RunAsync<CreateRecordPayload>(app, $$$"""{"objectType":"Account","fields":{"Name":"{{{Value}}}"}}""");

        status.ShouldBe(502);
        ((string?)problem["errorCode"]).ShouldBe("INTERNAL_ERROR");
        ((bool?)problem["outcomeUnknown"]).ShouldBe(true);
        ((bool?)problem["retryable"]).ShouldBe(true);
        problem.ToJsonString().ShouldNotContain(Value);
    }

    [Fact]
    public async Task In_a_read_it_is_a_500()
    {
        await using var app = await ConnectorApp.StartAsync();

        var (status, problem) = await RunAsync<QueryPayload>(app, $$"""{"soqlQuery":"SELECT Id FROM Account WHERE Name = '{{Value}}'"}""");

        status.ShouldBe(500);
        ((string?)problem["errorCode"]).ShouldBe("INTERNAL_ERROR");
        problem["outcomeUnknown"].ShouldBeNull();
        ((bool?)problem["retryable"]).ShouldBe(false);
        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("id-1");
        problem.ToJsonString().ShouldNotContain(Value);
    }

    private static async Task<(int Status, JsonNode Problem)> RunAsync<TPayload>(ConnectorApp app, string payload)
        where TPayload : Payload
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(payload));
        context.Request.Headers["x-correlation-id"] = "id-1";
        context.Response.Body = body;

        var result = await app.Services.GetRequiredService<HttpOperation>().RunAsync(new Faulty<TPayload>(), context.Request, TestContext.Current.CancellationToken);
        await result.ExecuteAsync(context);

        app.Log.Lines("Faulty id-1: ").ShouldNotBeEmpty();
        app.Log.Lines("Faulty id-1: ").ShouldAllBe(line => line.StartsWith("Error ", StringComparison.Ordinal));
        app.Log.Text.ShouldContain("InvalidOperationException");
        app.Log.Text.ShouldNotContain(Value);
        return (context.Response.StatusCode, JsonNode.Parse(body.ToArray())!);
    }

    private sealed class Faulty<TPayload> : IOperation<TPayload>
        where TPayload : Payload
    {
        public string Name => "Faulty";

        public Task<SalesforceReply> ExecuteAsync(TPayload payload, OperationContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(Value);
    }
}
