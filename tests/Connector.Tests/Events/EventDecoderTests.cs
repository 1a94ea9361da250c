using System.Text.Json.Nodes;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Salesforce.Events.Avro;

namespace Connector.Tests.Events;

/// <summary>Events as JSON, against Apache's encoder and against what Salesforce's documentation shows.</summary>
public sealed class EventDecoderTests
{
    private const string ThreeFields =
        """
        {"type":"record","name":"ThingChangeEvent","fields":[
          {"name":"ChangeEventHeader","type":{"type":"record","name":"ChangeEventHeader","fields":[
            {"name":"changeType","type":{"type":"enum","name":"ChangeType","symbols":["UPDATE","GAP_UPDATE","GAP_OVERFLOW"]}},
            {"name":"changedFields","type":{"type":"array","items":"string"}}]}},
          {"name":"Phone","type":["null","string"]},
          {"name":"Place","type":["null",{"type":"record","name":"Place","fields":[{"name":"City","type":["null","string"]}]}]}]}
        """;

    [Fact]
    public void Any_change_of_up_to_500_fields_is_decoded_with_its_lists_of_fields()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var change = new RandomChange(seed, fields: seed % 10 == 0 ? 500 : 1 + (seed * 7 % 130));

            var decoded = EventDecoder.Parse(change.SchemaJson).Decode(change.Payload);

            var json = JsonNode.Parse(decoded.Payload.Span)!;
            JsonNode.DeepEquals(json, change.Expected).ShouldBeTrue($"seed {seed}: {json}\nexpected {change.Expected}");
            decoded.Kind.ShouldBe(EventKind.Change);
            decoded.CreatedAt!.Value.ToUnixTimeMilliseconds().ShouldBe((long)change.Expected["ChangeEventHeader"]!["commitTimestamp"]!);
            decoded.IsFrom("Other").ShouldBeTrue();
            decoded.IsFrom("Oth").ShouldBeFalse();
        }
    }

    [Fact]
    public void Damaged_data_is_refused_and_never_read_past_its_end()
    {
        var change = new RandomChange(seed: 11, fields: 40);
        var decoder = EventDecoder.Parse(change.SchemaJson);
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = change.Payload.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var length = i % 2 == 0 ? damaged.Length : random.Next(damaged.Length);
            try
            {
                JsonNode.Parse(decoder.Decode(damaged.AsSpan(0, length)).Payload.Span).ShouldNotBeNull();
            }
            catch (InvalidDataException)
            {
                // The one way to fail.
            }
        }
    }

    /// <remarks>The numbers are those of Salesforce's sample decoders.</remarks>
    [Fact]
    public void A_bitmap_counts_from_the_right()
    {
        var fields = string.Join(',', Enumerable.Range(0, 16).Select(i => $$"""{"name":"F{{i}}","type":["null","string"]}"""));
        var schema = AvroSchema.Parse($$"""{"type":"record","name":"T","fields":[{{fields}}]}""");

        ChangedFieldNames.Decode(["0x2080"], schema).ShouldBe(["F7", "F13"]);
        ChangedFieldNames.Decode([], schema).ShouldBeEmpty();
        ChangedFieldNames.Decode(["0x"], schema).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0x08")]
    [InlineData("0xZZ")]
    [InlineData("2-0x02")]
    [InlineData("1-0x01")]
    [InlineData("9-0x01")]
    [InlineData("-1-0x01")]
    [InlineData("2-01")]
    [InlineData("Phone")]
    public void A_bitmap_that_is_not_of_the_schema_is_refused(string bitmap) =>
        Should.Throw<InvalidDataException>(() => ChangedFieldNames.Decode([bitmap], AvroSchema.Parse(ThreeFields)));

    [Fact]
    public void A_nested_field_is_named_with_its_parent() =>
        ChangedFieldNames.Decode(["0x02", "2-0x01"], AvroSchema.Parse(ThreeFields)).ShouldBe(["Phone", "Place.City"]);

    [Theory]
    [InlineData(0, "Change")]
    [InlineData(1, "Gap")]
    [InlineData(2, "Overflow")]
    public void A_gap_is_told_from_a_change(byte changeType, string kind)
    {
        // The symbol, an empty list, two nulls.
        var decoded = EventDecoder.Parse(ThreeFields).Decode([(byte)(changeType * 2), 0, 0, 0]);

        decoded.Kind.ToString().ShouldBe(kind);
        JsonNode.Parse(decoded.Payload.Span)!.AsObject().Select(member => member.Key).ShouldBe(["ChangeEventHeader"]);
    }

    /// <remarks>The schema is the shape that Salesforce serves for a platform event.</remarks>
    [Fact]
    public void A_platform_event_keeps_its_nulls_and_has_times_as_REST_does()
    {
        const string Schema =
            """
            {"name":"Order__e","namespace":"com.sforce.eventbus","type":"record","fields":[
              {"name":"CreatedDate","type":"long","doc":"CreatedDate:DateTime"},
              {"name":"CreatedById","type":"string","doc":"CreatedBy:EntityId"},
              {"name":"Total__c","type":["null","double"],"doc":"Data:Double:00N5e00000ABCDE","default":null},
              {"name":"Due__c","type":["null","long"],"doc":"Data:DateOnly:00N5e00000ABCDE","default":null}],
             "uuid":"K98aAtiNFBjA-PJlcvaQ2g"}
            """;
        byte[] id = [.. "\x24"u8, .. "0055e00000ABCDEAA0"u8];

        // 1764153000000 ms as a zigzag varint, the id, no total, no due date.
        var decoded = EventDecoder.Parse(Schema).Decode([0x80, 0xF6, 0xE7, 0xCD, 0xD7, 0x66, .. id, 0, 0]);

        System.Text.Encoding.UTF8.GetString(decoded.Payload.Span).ShouldBe(
            $$"""{"CreatedDate":"{{decoded.CreatedAt:yyyy-MM-ddTHH:mm:ss.fff}}+0000","CreatedById":"0055e00000ABCDEAA0","Total__c":null,"Due__c":null}""");
        decoded.Kind.ShouldBe(EventKind.Event);
        decoded.CreatedAt!.Value.Year.ShouldBe(2025);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"string\"")]
    [InlineData("""{"type":"record","name":"T"}""")]
    [InlineData("""{"type":"record","name":"T","fields":[{"name":"A","type":"Unknown"}]}""")]
    [InlineData("""{"type":"enum","name":"T","symbols":["A"]}""")]
    public void A_schema_that_is_none_is_refused(string schema) => Should.Throw<InvalidDataException>(() => EventDecoder.Parse(schema));
}
