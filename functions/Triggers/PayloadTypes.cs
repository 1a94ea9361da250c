using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Triggers;

/// <summary>The serialization metadata of the operations' payloads.</summary>
/// <param name="json">The context that contains all payload types.</param>
public sealed class PayloadTypes(JsonSerializerContext json)
{
    /// <exception cref="InvalidOperationException">The type is not registered.</exception>
    public JsonTypeInfo<TPayload> Get<TPayload>()
        where TPayload : Payload =>
        json.GetTypeInfo(typeof(TPayload)) as JsonTypeInfo<TPayload>
            ?? throw new InvalidOperationException($"{json.GetType().Name} has no [JsonSerializable(typeof({typeof(TPayload).Name}))].");

    /// <summary>Reads the payload of an operation by the operation's name.</summary>
    /// <returns>
    /// The payload; <see langword="null"/> if it is not valid, which means that it was never executed, or if there is no such operation.
    /// </returns>
    public Payload? Read(string operation, RawJson payload)
    {
        try
        {
            var type = OperationTypes.All.SingleOrDefault(known => known.Key.Name == operation).Value;
            return type is null ? null : JsonSerializer.Deserialize(payload.Utf8.Span, json.GetTypeInfo(type)!) as Payload;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
