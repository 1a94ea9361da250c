using System.Text.Json.Serialization;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>Serializes what bulk operations tell callers, and their progress.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BulkWriteReply))]
[JsonSerializable(typeof(ShownProgress))]
[JsonSerializable(typeof(WriteProgress))]
internal sealed partial class BulkJson : JsonSerializerContext;
