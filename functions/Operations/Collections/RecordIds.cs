using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Collections;

/// <summary>The ids of 1 to 10,000 records.</summary>
[Field("Salesforce object IDs", Hint = "A list of record IDs. Up to 10,000.")]
[Schema("""{ "type": "array", "minItems": 1, "maxItems": 10000, "items": { "$ref": "#/components/schemas/RecordId" } }""")]
[JsonConverter(typeof(Converter))]
public sealed class RecordIds : IReadOnlyList<RecordId>
{
    private readonly RecordId[] _ids;

    private RecordIds(RecordId[] ids) => _ids = ids;

    public int Count => _ids.Length;

    public RecordId this[int index] => _ids[index];

    public IEnumerator<RecordId> GetEnumerator() => ((IEnumerable<RecordId>)_ids).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _ids.GetEnumerator();

    internal sealed class Converter : JsonConverter<RecordIds>
    {
        public override RecordIds Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var ids = Collection.Items(document.RootElement, "record ids", JsonValueKind.String);
            return new RecordIds([.. ids.Select((id, i) => Parse(id.GetString()!, i))]);
        }

        public override void Write(Utf8JsonWriter writer, RecordIds value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var id in value._ids)
            {
                writer.WriteStringValue(id.ToString());
            }

            writer.WriteEndArray();
        }

        private static RecordId Parse(string text, int index)
        {
            try
            {
                return RecordId.Parse(text);
            }
            catch (FormatException e)
            {
                throw new JsonException($"must contain only record ids; [{index}] {e.Message}", e);
            }
        }
    }
}
