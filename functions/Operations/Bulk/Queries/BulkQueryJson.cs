using System.Text.Json.Serialization;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>Serializes what bulk queries tell callers, and their progress.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BulkQueryReply))]
[JsonSerializable(typeof(QueryProgress))]
[JsonSerializable(typeof(ShownQueryProgress))]
internal sealed partial class BulkQueryJson : JsonSerializerContext;
