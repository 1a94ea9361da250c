using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>Salesforce's JSON. Unknown members are ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SalesforceError>))]
[JsonSerializable(typeof(WrittenRecord))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class SalesforceJson : JsonSerializerContext;

/// <summary>Salesforce's reply to a create.</summary>
internal sealed record WrittenRecord(string Id, bool Success, IReadOnlyList<SalesforceError> Errors);
