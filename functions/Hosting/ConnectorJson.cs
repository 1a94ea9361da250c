using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Collections;
using SalesforceConnector.Composites;
using SalesforceConnector.Metadata;
using SalesforceConnector.Queries;
using SalesforceConnector.Queues;
using SalesforceConnector.Queues.Redrive;
using SalesforceConnector.Records;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Hosting;

/// <summary>The connector's own JSON, strict: no unknown, missing, doubled or null member passes that should not.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(WholeNumberConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CompositePayload))]
[JsonSerializable(typeof(CreateRecordPayload))]
[JsonSerializable(typeof(CreateRecordsPayload))]
[JsonSerializable(typeof(DeleteRecordPayload))]
[JsonSerializable(typeof(DeleteRecordsPayload))]
[JsonSerializable(typeof(DescribePayload))]
[JsonSerializable(typeof(GetRecordPayload))]
[JsonSerializable(typeof(GetRecordsPayload))]
[JsonSerializable(typeof(LimitsPayload))]
[JsonSerializable(typeof(QueryPayload))]
[JsonSerializable(typeof(QueryPagePayload))]
[JsonSerializable(typeof(SearchPayload))]
[JsonSerializable(typeof(UpdateRecordPayload))]
[JsonSerializable(typeof(UpdateRecordsPayload))]
[JsonSerializable(typeof(UpsertRecordPayload))]
[JsonSerializable(typeof(UpsertRecordsPayload))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(ResultMessage))]
[JsonSerializable(typeof(KeptList))]
[JsonSerializable(typeof(KeptOutcome))]
[JsonSerializable(typeof(KeptRequest))]
[JsonSerializable(typeof(SharedLogin))]
public sealed partial class ConnectorJson : JsonSerializerContext
{
    /// <summary>For what people read: quotes, umlauts and angle brackets stay as they are. It never goes into HTML.</summary>
    public static ConnectorJson Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
