using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>JSON as Salesforce writes it: tolerant of members we do not know.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SalesforceError>))]
[JsonSerializable(typeof(WrittenRecord))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class SalesforceJson : JsonSerializerContext;

/// <summary>What Salesforce says of a record it created.</summary>
internal sealed record WrittenRecord(string Id, bool Success, IReadOnlyList<SalesforceError> Errors);
