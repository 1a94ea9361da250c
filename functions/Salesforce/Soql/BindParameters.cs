using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>
/// Values of the placeholders, by name: a string, a number, true, false, null, <c>{date}</c>, <c>{dateTime}</c>,
/// <c>{time}</c>, <c>{currency, amount}</c>; for LIKE, <c>{escapeLike}</c>, <c>{startsWith}</c>, <c>{endsWith}</c> or
/// <c>{contains}</c>; for IN, an array of these. They are escaped and cannot change the query.
/// </summary>
[Field("Bind parameters")]
[Schema(
    """
    {
      "type": "object",
      "additionalProperties": {
        "description": "One value, or a list of values for IN.",
        "$comment": "Some client generators do not support a choice of types and treat this as any value.",
        "if": {},
        "then": {
          "anyOf": [
            { "$ref": "#/components/schemas/BindValue" },
            {
              "type": "array",
              "description": "A list, for IN.",
              "minItems": 1,
              "items": { "$ref": "#/components/schemas/BindValue" }
            }
          ]
        }
      }
    }
    """)]
[Schema(
    """
    {
      "title": "Bind value",
      "description": "One value. A string always becomes a quoted string literal of the query.",
      "anyOf": [
        { "type": ["string", "number", "boolean", "null"] },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["date"],
          "properties": {
            "date": {
              "type": "string",
              "title": "Date",
              "description": "A day.",
              "format": "date",
              "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["dateTime"],
          "properties": {
            "dateTime": {
              "type": "string",
              "title": "Date and time",
              "description": "A point in time with an offset or Z, optionally followed by a zone in brackets. Up to nine decimals of a second; three are used.",
              "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})(\\[[A-Za-z0-9_+/:-]{1,80}\\])?$"
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["time"],
          "properties": {
            "time": {
              "type": "string",
              "title": "Time of day",
              "description": "A time of day, without an offset or with Z. Up to nine decimals of a second; three are used.",
              "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?Z?$"
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["currency", "amount"],
          "properties": {
            "currency": {
              "type": "string",
              "title": "Currency",
              "description": "The three-letter currency code, for orgs with multiple currencies.",
              "pattern": "^[A-Z]{3}$"
            },
            "amount": { "type": "number", "title": "Amount", "description": "The amount in that currency." }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["escapeLike"],
          "properties": {
            "escapeLike": {
              "type": "string",
              "title": "Literal text",
              "description": "For LIKE: the text, with % and _ taken literally."
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["startsWith"],
          "properties": {
            "startsWith": {
              "type": "string",
              "title": "Starts with",
              "description": "For LIKE: values that start with this text."
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["endsWith"],
          "properties": {
            "endsWith": {
              "type": "string",
              "title": "Ends with",
              "description": "For LIKE: values that end with this text."
            }
          }
        },
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["contains"],
          "properties": {
            "contains": {
              "type": "string",
              "title": "Contains",
              "description": "For LIKE: values that contain this text."
            }
          }
        }
      ]
    }
    """, Name = "BindValue")]
[Example("""{"name": "O'Neill & Sons", "industries": ["Energy", "Banking"]}""")]
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
                : throw new JsonException($"must have at most {Most} parameters; pass a list of values as one parameter, an array");
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
