using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Values for the placeholders of a query, by name, as they were sent: <see cref="SoqlLiteral"/> says what each may be.</summary>
[JsonConverter(typeof(Converter))]
public sealed class BindParameters
{
    private const int Most = 10_000;

    private BindParameters(Dictionary<string, JsonElement> values) => Values = values;

    internal IReadOnlyDictionary<string, JsonElement> Values { get; }

    internal sealed class Converter : JsonConverter<BindParameters>
    {
        public override BindParameters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("must be an object of parameter names and values, such as {\"name\":\"Acme\"}");
            }

            var parameters = JsonElement.ParseValue(ref reader);
            return parameters.GetPropertyCount() <= Most
                ? new BindParameters(parameters.EnumerateObject().ToDictionary(parameter => parameter.Name, parameter => parameter.Value))
                : throw new JsonException($"must have at most {Most} parameters; many values of one list are one parameter, an array");
        }

        public override void Write(Utf8JsonWriter writer, BindParameters value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, parameter) in value.Values)
            {
                writer.WritePropertyName(name);
                parameter.WriteTo(writer);
            }

            writer.WriteEndObject();
        }
    }
}
