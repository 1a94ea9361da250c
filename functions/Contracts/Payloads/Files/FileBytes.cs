using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Payloads.Files;

/// <summary>The bytes of a file, in base64.</summary>
/// <remarks>No record: a record prints its members.</remarks>
[Field("Content", Hint = "The file in base64. For a large file give a content URL.")]
[Schema("""{ "type": "string", "contentEncoding": "base64" }""")]
[Example("\"SGVsbG8=\"")]
[JsonConverter(typeof(Converter))]
public sealed class FileBytes
{
    private FileBytes(byte[] bytes) => Bytes = bytes;

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal sealed class Converter : JsonConverter<FileBytes>
    {
        public override FileBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
                ? new FileBytes(bytes)
                : throw new JsonException("must be a string of base64 (RFC 4648, section 4, with padding)");

        public override void Write(Utf8JsonWriter writer, FileBytes value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Bytes.Span);
    }
}
