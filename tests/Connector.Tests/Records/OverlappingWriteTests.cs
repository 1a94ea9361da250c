using System.Net;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Records;
using SalesforceConnector.Triggers;
using SalesforceSimulator;

namespace Connector.Tests.Records;

/// <summary>A write is tried again while an earlier attempt at it may still be carried out.</summary>
public sealed class OverlappingWriteTests(AzuriteFixture azurite)
{
    private const string Calls = "/services/data/*";

    private static readonly FaultRule LostReply = new() { Method = "PATCH", Path = Calls, Reset = true, AfterExecution = true, Times = 1 };

    public static TheoryData<string, string> Upserts { get; } = new()
    {
        { "records/upsert", """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"order-1","fields":{"Name":"Acme"}}""" },
        { "records/create", """{"objectType":"Account","externalIdField":"External_Id__c","fields":{"External_Id__c":"order-1","Name":"Acme"}}""" },
    };

    [Theory]
    [MemberData(nameof(Upserts))]
    public async Task An_upsert_that_meets_the_record_of_its_own_earlier_attempt_updates_it(string route, string payload)
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(LostReply, Refusal("DUPLICATE_VALUE", times: 1));

        var reply = await app.PostAsync(route, payload);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((bool?)reply.Json["created"]).ShouldBe(false);
        app.Calls.Count.ShouldBe(3);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Theory]
    [MemberData(nameof(Upserts))]
    public async Task So_it_does_when_it_came_by_a_queue(string route, string payload)
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord", "UpsertRecord"]);
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(LostReply, Refusal("DUPLICATE_VALUE", times: 1));

        await app.Queues.SendAsync(QueueOf(route), $$"""{"correlationId":"c","payload":{{payload}}}""");
        var result = await app.Queues.ReceiveResultAsync("c");

        ((int?)result["status"]).ShouldBe(200, result.ToJsonString());
        ((int?)result["attempts"]).ShouldBe(1);
        app.Org.Stats.Records["Account"].ShouldBe(before + 1);
    }

    [Fact]
    public async Task It_is_tried_once_more_even_if_other_retries_are_used_up_and_no_more_than_once()
    {
        await using var app = await ConnectorApp.StartAsync(new Dictionary<string, string?> { ["Salesforce__MaxRetries"] = "1" });
        app.Org.AddFaults(LostReply, Refusal("DUPLICATE_VALUE"));

        var reply = await app.PostAsync(Upserts.First().Data.Item1, Upserts.First().Data.Item2);

        reply.ShouldBeProblem(502, "DUPLICATE_VALUE", outcomeUnknown: true);
        app.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_duplicate_value_without_an_earlier_attempt_is_final()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(Refusal("DUPLICATE_VALUE"));

        (await app.PostAsync(Upserts.First().Data.Item1, Upserts.First().Data.Item2)).ShouldBeProblem(400, "DUPLICATE_VALUE");

        app.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData(403, "INSUFFICIENT_ACCESS_OR_READONLY")]
    [InlineData(404, "NOT_FOUND")]
    public async Task No_refusal_says_that_nothing_was_done_when_an_earlier_attempt_may_have_done_it(int status, string errorCode)
    {
        foreach (var (route, payload) in Upserts.Select(row => row.Data))
        {
            await using var app = await ConnectorApp.StartAsync();
            app.Org.AddFaults(LostReply, new FaultRule { Path = Calls, Status = status, ErrorCode = errorCode, Message = "No." });

            var problem = (await app.PostAsync(route, payload)).ShouldBeProblem(502, errorCode, outcomeUnknown: true);

            ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("An earlier attempt may have been carried out");
            app.Calls.Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task No_failed_login_says_so_either_and_no_external_id_of_several_records()
    {
        await using var app = await ConnectorApp.StartAsync();
        var (route, payload) = Upserts.First().Data;
        app.Org.AddFaults(
            LostReply,
            new FaultRule { Path = Calls, Status = 300, Body = """["/services/data/v67.0/sobjects/Account/1","/services/data/v67.0/sobjects/Account/2"]""", Times = 1 });
        (await app.PostAsync(route, payload)).ShouldBeProblem(502, "AMBIGUOUS_EXTERNAL_ID", outcomeUnknown: true)["matches"]!.AsArray().Count.ShouldBe(2);

        app.Org.ClearFaults();
        app.Org.AddFaults(
            LostReply,
            new FaultRule { Path = Calls, Status = 401, ErrorCode = "INVALID_SESSION_ID", Message = "Session expired or invalid", Times = 1 },
            new FaultRule { Path = "/services/oauth2/token", Status = 400, Body = """{"error":"invalid_client","error_description":"invalid client credentials"}""" });
        (await app.PostAsync(route, payload)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true, outcomeUnknown: true);
    }

    [Fact]
    public async Task A_refusal_on_a_queue_says_that_the_outcome_is_unknown_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord", "UpsertRecord"]);
        app.Org.AddFaults(LostReply, Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION"));
        var (route, payload) = Upserts.First().Data;

        await app.Queues.SendAsync(QueueOf(route), $$"""{"correlationId":"c","payload":{{payload}}}""");
        var result = await app.Queues.ReceiveResultAsync("c");

        ((int?)result["status"]).ShouldBe(502, result.ToJsonString());
        ((string?)result["error"]!["errorCode"]).ShouldBe("FIELD_CUSTOM_VALIDATION_EXCEPTION");
        ((bool?)result["error"]!["outcomeUnknown"]).ShouldBe(true);
    }

    [Fact]
    public async Task Records_of_a_collection_are_tried_once_more_alone_and_say_what_they_are()
    {
        await using var app = await ConnectorApp.StartAsync();
        var before = app.Org.Stats.Records["Account"];
        app.Org.AddFaults(
            LostReply,
            new FaultRule
            {
                Path = Calls,
                Status = 200,
                Body = """[{"success":false,"errors":[{"statusCode":"DUPLICATE_VALUE","message":"duplicate value found","fields":[]}]},{"success":false,"errors":[{"statusCode":"STRING_TOO_LONG","message":"m","fields":["Name"]}]}]""",
                Times = 1,
            });

        var reply = await app.PostAsync(
            "collections/upsert",
            """{"objectType":"Account","externalIdField":"External_Id__c","records":[{"External_Id__c":"a","Name":"A"},{"External_Id__c":"b","Name":"B"}]}""");

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((bool?)reply.Json[0]!["success"]).ShouldBe(true);
        ((bool?)reply.Json[0]!["created"]).ShouldBe(false);
        reply.Json[1]!.ToJsonString().ShouldBe(
            """{"outcomeUnknown":true,"success":false,"errors":[{"statusCode":"STRING_TOO_LONG","message":"m","fields":["Name"]}]}""");
        app.Calls.Count.ShouldBe(3);
        app.Org.Stats.Records["Account"].ShouldBe(before + 2);
    }

    [Fact]
    public async Task What_an_earlier_delivery_may_have_done_counts_as_an_earlier_attempt()
    {
        await using var app = await ConnectorApp.StartAsync();
        var earlier = new OperationContext("c", EarlierAttempt: true);
        var upserts = ActivatorUtilities.CreateInstance<UpsertRecord>(app.Services);
        var upsert = new UpsertRecordPayload
        {
            ObjectType = SObjectName.Parse("Account"),
            ExternalIdField = FieldName.Parse("External_Id__c"),
            ExternalId = ExternalId.Parse("order-1"),
            Fields = Json("""{"Name":"Acme"}"""),
        };
        app.Org.AddFaults(Refusal("DUPLICATE_VALUE", times: 1));
        using (var reply = await upserts.ExecuteAsync(upsert, earlier, TestContext.Current.CancellationToken))
        {
            reply.Status.ShouldBe(201);
        }

        app.Org.AddFaults(Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", times: 2));
        var unknown = await Should.ThrowAsync<ConnectorException>(() => upserts.ExecuteAsync(upsert, earlier, TestContext.Current.CancellationToken));
        (unknown.Problem.Status, unknown.Problem.OutcomeUnknown).ShouldBe((502, true));
        var update = new UpdateRecordPayload { ObjectType = upsert.ObjectType, ObjectId = RecordId.Parse("001Dn0000070000IAA"), Fields = upsert.Fields };
        unknown = await Should.ThrowAsync<ConnectorException>(() =>
            ActivatorUtilities.CreateInstance<UpdateRecord>(app.Services).ExecuteAsync(update, earlier, TestContext.Current.CancellationToken));
        (unknown.Problem.Status, unknown.Problem.OutcomeUnknown).ShouldBe((502, true));

        var delete = new DeleteRecordPayload { ObjectType = upsert.ObjectType, ObjectId = RecordId.Parse("001Dn000007000ZIAQ") };
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 404, ErrorCode = "ENTITY_IS_DELETED" });
        using (var gone = await ActivatorUtilities.CreateInstance<DeleteRecord>(app.Services).ExecuteAsync(delete, earlier, TestContext.Current.CancellationToken))
        {
            gone.Status.ShouldBe(204);
        }
    }

    private static RecordFields Json(string json) =>
        System.Text.Json.JsonSerializer.Deserialize(json, OperationJson.Default.UpsertRecordPayload.Options.GetTypeInfo(typeof(RecordFields))) as RecordFields
            ?? throw new InvalidOperationException(json);

    private static FaultRule Refusal(string errorCode, int? times = null) =>
        new() { Method = "PATCH", Path = Calls, Status = 400, ErrorCode = errorCode, Times = times };

    private static string QueueOf(string route) => route == "records/upsert" ? "salesforce-upsert-record" : "salesforce-create-record";
}
