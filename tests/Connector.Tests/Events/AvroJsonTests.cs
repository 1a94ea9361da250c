using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;
using SalesforceConnector.Salesforce.Events.Avro;

namespace Connector.Tests.Events;

/// <summary>Every Avro type as JSON, encoded by Apache's library; Salesforce's events have most of them seldom.</summary>
public sealed class AvroJsonTests
{
    private const string EveryType =
        """
        {"type":"record","name":"Every","namespace":"com.sforce.eventbus","fields":[
          {"name":"Yes","type":"boolean"},
          {"name":"Small","type":"int"},
          {"name":"Large","type":"long"},
          {"name":"Ratio","type":"float"},
          {"name":"Amount","type":"double"},
          {"name":"Blob","type":"bytes"},
          {"name":"Hash","type":{"type":"fixed","name":"Hash","size":3}},
          {"name":"Kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
          {"name":"Texts","type":{"type":"array","items":["null","string"]}},
          {"name":"Counts","type":{"type":"map","values":"int"}},
          {"name":"Again","type":"com.sforce.eventbus.Hash"},
          {"name":"Nothing","type":"null"}]}
        """;

    [Fact]
    public void Every_type_is_written()
    {
        var schema = (RecordSchema)Schema.Parse(EveryType);
        var (hash, kind) = ((FixedSchema)schema["Hash"].Schema, (EnumSchema)schema["Kind"].Schema);
        var record = new GenericRecord(schema);
        record.Add("Yes", true);
        record.Add("Small", -3);
        record.Add("Large", long.MinValue);
        record.Add("Ratio", 0.5f);
        record.Add("Amount", -1.25e300);
        record.Add("Blob", new byte[] { 1, 2, 255 });
        record.Add("Hash", new GenericFixed(hash, [7, 8, 9]));
        record.Add("Kind", new GenericEnum(kind, "B"));
        record.Add("Texts", new object?[] { "é😀", null, "" });
        record.Add("Counts", new Dictionary<string, object> { ["one"] = 1, ["many"] = int.MaxValue });
        record.Add("Again", new GenericFixed(hash, [0, 0, 0]));
        record.Add("Nothing", null);
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(stream));

        var json = Read(EveryType, stream.ToArray());

        JsonNode.DeepEquals(
            json,
            JsonNode.Parse(
                """
                {"Yes":true,"Small":-3,"Large":-9223372036854775808,"Ratio":0.5,"Amount":-1.25e300,"Blob":"AQL/","Hash":"BwgJ","Kind":"B",
                 "Texts":["é😀",null,""],"Counts":{"one":1,"many":2147483647},"Again":"AAAA","Nothing":null}
                """)).ShouldBeTrue(json.ToJsonString());
    }

    [Fact]
    public void A_block_of_items_may_say_its_length_and_another_may_follow() =>
        // Two items in six bytes, one more, the end: Apache's encoder does not write the length.
        Read("""{"type":"record","name":"T","fields":[{"name":"L","type":{"type":"array","items":"int"}}]}""", [3, 4, 2, 4, 2, 6, 0])["L"]!
            .ToJsonString().ShouldBe("[1,2,3]");

    [Theory]
    [InlineData("float", new byte[] { 0, 0, 0x80, 0x7F }, "a number that JSON cannot have")]
    [InlineData("double", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x7F }, "a number that JSON cannot have")]
    [InlineData("boolean", new byte[] { 2 }, "neither 0 nor 1")]
    [InlineData("int", new byte[] { 0x80, 0x80, 0x80, 0x80, 0x20 }, "more than 32 bits")]
    [InlineData("long", new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1 }, "more than 64 bits")]
    [InlineData("string", new byte[] { 2, 0xFF }, "not UTF-8")]
    [InlineData("string", new byte[] { 4, 0x41 }, "ends before its schema")]
    public void What_JSON_or_the_type_cannot_have_is_refused(string type, byte[] data, string complaint) =>
        Should.Throw<InvalidDataException>(() => Read($$"""{"type":"record","name":"T","fields":[{"name":"F","type":"{{type}}"}]}""", data))
            .Message.ShouldContain(complaint);

    // Each link is a record and what leads to the next one: 32 of them are 64 deep.
    [Theory]
    [InlineData("""["null","Link"]""", new byte[] { 2 }, new byte[0])]
    [InlineData("""{"type":"array","items":"Link"}""", new byte[] { 2 }, new byte[] { 0 })]
    [InlineData("""{"type":"map","values":"Link"}""", new byte[] { 2, 2, 0x41 }, new byte[] { 0 })]
    public void A_record_within_itself_is_read_to_a_depth_of_64(string next, byte[] begin, byte[] end)
    {
        var chain = $$"""{"type":"record","name":"Link","fields":[{"name":"Next","type":{{next}}}]}""";

        Read(chain, Links(31)).ShouldNotBeNull();
        Should.Throw<InvalidDataException>(() => Read(chain, Links(32))).Message.ShouldContain("nested too deep");
        Should.Throw<InvalidDataException>(() => Read(chain, Links(1_000))).Message.ShouldContain("nested too deep");
        byte[] Links(int more) => [.. Enumerable.Repeat(begin, more).SelectMany(link => link), 0, .. Enumerable.Repeat(end, more).SelectMany(link => link)];
    }

    [Theory]
    [InlineData("""{"type":"record","name":"T","fields":[{"name":"F","type":"Other"}]}""")]
    [InlineData("""{"type":"array","items":"int"}""")]
    [InlineData("""{"type":"record","name":"T"}""")]
    [InlineData("""{"fields":[]}""")]
    [InlineData("no JSON")]
    public void What_is_no_schema_of_a_record_is_refused(string schema) =>
        Should.Throw<InvalidDataException>(() => AvroSchema.Parse(schema));

    private static JsonNode Read(string schema, byte[] data)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            var binary = new AvroBinary(data);
            AvroJson.Write(json, AvroSchema.Parse(schema), ref binary);
            binary.Remaining.ShouldBe(0);
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!;
    }
}
