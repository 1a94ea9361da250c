using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Queries;
using SalesforceConnector.Records;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Hosting;

/// <summary>The connector's own JSON, strict: no unknown, missing, doubled or null member passes that should not.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateRecordPayload))]
[JsonSerializable(typeof(DeleteRecordPayload))]
[JsonSerializable(typeof(GetRecordPayload))]
[JsonSerializable(typeof(QueryPayload))]
[JsonSerializable(typeof(UpdateRecordPayload))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ConnectorJson : JsonSerializerContext;
