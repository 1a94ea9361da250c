using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>A value that is a string in a payload, and is parsed when the payload is read.</summary>
public interface IPayloadValue<TSelf>
    where TSelf : IPayloadValue<TSelf>
{
    /// <exception cref="FormatException">The text is not valid. The message says what is allowed, in words that continue "<c>member</c> …".</exception>
    static abstract TSelf Parse(string text);
}

/// <summary>Reads an <see cref="IPayloadValue{TSelf}"/> from a JSON string.</summary>
public sealed class PayloadValueConverter<TValue> : JsonConverter<TValue>
    where TValue : class, IPayloadValue<TValue>
{
    public override TValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("must be a string");
        }

        try
        {
            return TValue.Parse(reader.GetString()!);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
