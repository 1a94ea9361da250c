using System.Text.Json;
using Eventbus.V1;
using Grpc.Core;

namespace SalesforceSimulator.Tests.Events;

/// <summary>Platform events that are published by the REST API, and schemas.</summary>
public sealed class PlatformEventTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_platform_event_is_delivered_with_the_id_that_the_publish_returned()
    {
        await using var org = await PubSubDriver.StartAsync();
        var reply = await org.Org.SendAsync("POST", "sobjects/Order__e", """{"Order_Number__c":"A-1","Amount__c":12.5,"Placed_At__c":"2026-02-03T04:05:06Z"}""");

        reply.Status.ShouldBe(201);
        reply.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        var queued = reply.Json.GetProperty("errors")[0];
        queued.GetProperty("statusCode").GetString().ShouldBe("OPERATION_ENQUEUED");
        using var subscriber = org.Subscribe("/event/Order__e");
        var received = (await subscriber.TakeAsync(1))[0];
        received.Event.Id.ShouldBe(queued.GetProperty("message").GetString());
        var payload = await org.DecodeAsync(received);
        payload["Order_Number__c"].ShouldBe("A-1");
        payload["Amount__c"].ShouldBe(12.5);
        payload["Express__c"].ShouldBe(false);
        payload["Placed_At__c"].ShouldBe(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).ToUnixTimeMilliseconds());
        payload["Notes__c"].ShouldBeNull();
        payload["CreatedById"].ShouldBe(Org.UserId);
    }

    [Fact]
    public async Task A_channel_has_events_of_several_kinds_and_no_schema_of_its_own()
    {
        await using var org = await PubSubDriver.StartAsync();
        await org.Org.SendAsync("POST", "sobjects/Order__e", """{"Order_Number__c":"A-1"}""");
        await org.Org.SendAsync("POST", "sobjects/Shipment__e", """{"Carrier__c":"DHL"}""");

        var topic = await org.Client.GetTopicAsync(new TopicRequest { TopicName = "/event/Orders__chn" }, org.Headers, cancellationToken: Cancellation);
        topic.SchemaId.ShouldBeEmpty();
        topic.CanPublish.ShouldBeTrue();
        (await org.ReadAsync("/event/Orders__chn", 2)).Select(payload => payload.Schema.Name).ShouldBe(["Order__e", "Shipment__e"]);
    }

    [Fact]
    public async Task A_composite_request_publishes_too()
    {
        await using var org = await PubSubDriver.StartAsync();
        var reply = await org.Org.SendAsync("POST", "composite", """
            {"compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Order__e","referenceId":"one","body":{"Order_Number__c":"A-1"}}]}
            """);

        reply.Json.GetProperty("compositeResponse")[0].GetProperty("httpStatusCode").GetInt32().ShouldBe(201);
        (await org.ReadAsync("/event/Order__e", 1))[0]["Order_Number__c"].ShouldBe("A-1");
    }

    [Fact]
    public async Task Fields_that_the_event_has_not_are_refused()
    {
        await using var org = await PubSubDriver.StartAsync();

        (await org.Org.SendAsync("POST", "sobjects/Order__e", """{"Nothing__c":1}""")).Error.ShouldBe("INVALID_FIELD: No such column 'Nothing__c' on sobject of type Order__e");
        org.Events.Stats.Retained.ShouldBe(0);
    }

    [Fact]
    public async Task Schemas_have_the_form_of_Salesforces()
    {
        await using var org = await PubSubDriver.StartAsync();

        var account = await SchemaAsync(org, "/data/AccountChangeEvent");
        account.GetProperty("namespace").GetString().ShouldBe("com.sforce.eventbus");
        var fields = account.GetProperty("fields").EnumerateArray().ToDictionary(field => field.GetProperty("name").GetString()!);
        fields.Keys.First().ShouldBe("ChangeEventHeader");
        fields.Keys.ShouldNotContain("IsDeleted");
        fields.Keys.ShouldNotContain("SystemModstamp");
        fields.Keys.ShouldNotContain("BillingCity");
        fields["Industry"].GetRawText().ShouldBe("""{"name":"Industry","type":["null","string"],"doc":"Data:DynamicEnum","default":null}""");
        fields["AnnualRevenue"].GetProperty("type")[1].GetString().ShouldBe("double");
        fields["BillingAddress"].GetProperty("type")[1].GetProperty("fields")[1].GetProperty("name").GetString().ShouldBe("City");
        fields["Active__c"].GetProperty("doc").GetString().ShouldStartWith("Data:Boolean:00N");

        var order = await SchemaAsync(org, "/event/Order__e");
        order.GetProperty("uuid").GetString()!.Length.ShouldBe(22);
        order.GetProperty("fields")[0].GetRawText().ShouldBe("""{"name":"CreatedDate","type":"long","doc":"CreatedDate:DateTime"}""");
    }

    [Fact]
    public async Task A_schema_that_does_not_exist_is_an_error()
    {
        await using var org = await PubSubDriver.StartAsync();

        var unknown = await Should.ThrowAsync<RpcException>(() => org.Client.GetSchemaAsync(new SchemaRequest { SchemaId = "x" }, org.Headers, cancellationToken: Cancellation).ResponseAsync);
        PubSubDriver.CodeOf(unknown).Code.ShouldBe("schema.meta.permission");
    }

    [Fact]
    public async Task A_method_that_is_not_served_is_answered_as_such()
    {
        await using var org = await PubSubDriver.StartAsync();

        (await org.CallUnknownMethodAsync("Publish")).ShouldBe(StatusCode.Unimplemented);
        (await org.CallUnknownMethodAsync("ManagedSubscribe")).ShouldBe(StatusCode.Unimplemented);
    }

    private static async Task<JsonElement> SchemaAsync(PubSubDriver org, string name)
    {
        var topic = await org.Client.GetTopicAsync(new TopicRequest { TopicName = name }, org.Headers, cancellationToken: Cancellation);
        topic.TopicName.ShouldBe(name);
        var schema = await org.Client.GetSchemaAsync(new SchemaRequest { SchemaId = topic.SchemaId }, org.Headers, cancellationToken: Cancellation);
        schema.SchemaId.ShouldBe(topic.SchemaId);
        Avro.Schema.Parse(schema.SchemaJson);
        return JsonElement.Parse(schema.SchemaJson);
    }
}
