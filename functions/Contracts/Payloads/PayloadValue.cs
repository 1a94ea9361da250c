using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>A value that arrives in a payload as text and is parsed once, at the edge.</summary>
public interface IPayloadValue<TSelf>
    where TSelf : IPayloadValue<TSelf>
{
    /// <exception cref="FormatException">
    /// The text is not allowed. The message completes "<c>member</c> …": it says what is allowed.
    /// </exception>
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
