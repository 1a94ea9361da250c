using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Operations.Apex;

/// <summary>1 to 200 inputs of an action, each a JSON object that is passed on byte for byte.</summary>
[Field(
    "Inputs",
    Hint = "A list with an object for each time the action is to run, such as <code>[{accountId: account.id}]</code>; of a quick action, <code>[{contextId: account.id, record: {LastName: name}}]</code>.")]
[Schema("""{ "type": "array", "minItems": 1, "maxItems": 200, "items": { "type": "object", "additionalProperties": {} } }""")]
[JsonConverter(typeof(Converter))]
public sealed class ActionInputs
{
    private const int Most = 200;

    private ActionInputs(IReadOnlyList<ReadOnlyMemory<byte>> items) => Items = items;

    /// <summary>The inputs in UTF-8, as received.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Items { get; }

    internal sealed class Converter : JsonConverter<ActionInputs>
    {
        public override ActionInputs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var array = document.RootElement;
            if (array.ValueKind != JsonValueKind.Array
                || array.GetArrayLength() is 0 or > Most
                || array.EnumerateArray().Any(input => input.ValueKind != JsonValueKind.Object))
            {
                throw new JsonException($"must be an array of 1 to {Most} objects, such as [{{\"accountId\":\"001Dn0000070000IAA\"}}]");
            }

            return new ActionInputs([.. array.EnumerateArray().Select(input => (ReadOnlyMemory<byte>)JsonMarshal.GetRawUtf8Value(input).ToArray())]);
        }

        public override void Write(Utf8JsonWriter writer, ActionInputs value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value.Items)
            {
                writer.WriteRawValue(item.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }
    }
}
