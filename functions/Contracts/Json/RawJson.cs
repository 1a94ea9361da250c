using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Json;

/// <summary>A JSON value in UTF-8, unchanged byte for byte.</summary>
[Field("Body", Description = "Any JSON value.")]
[Schema("{}")]
[JsonConverter(typeof(Converter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
