using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Operations.Apex;
using SalesforceConnector.Operations.Bulk;
using SalesforceConnector.Operations.Bulk.Queries;
using SalesforceConnector.Operations.Collections;
using SalesforceConnector.Operations.Composites;
using SalesforceConnector.Operations.Files;
using SalesforceConnector.Operations.Metadata;
using SalesforceConnector.Operations.Queries;
using SalesforceConnector.Operations.Records;

namespace SalesforceConnector.Operations;

/// <summary>Serializes the operations' payloads. Unknown, duplicate and missing members and unexpected nulls are errors.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(WholeNumberConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApprovalsPayload))]
[JsonSerializable(typeof(BulkJobPayload))]
[JsonSerializable(typeof(BulkQueryPayload))]
[JsonSerializable(typeof(BulkWritePayload))]
[JsonSerializable(typeof(CallApexPayload))]
[JsonSerializable(typeof(CheckPayload))]
[JsonSerializable(typeof(CompositePayload))]
[JsonSerializable(typeof(CreateRecordPayload))]
[JsonSerializable(typeof(CreateRecordsPayload))]
[JsonSerializable(typeof(DeleteRecordPayload))]
[JsonSerializable(typeof(DeleteRecordsPayload))]
[JsonSerializable(typeof(DescribePayload))]
[JsonSerializable(typeof(DownloadFilePayload))]
[JsonSerializable(typeof(GetRecordPayload))]
[JsonSerializable(typeof(GetRecordsPayload))]
[JsonSerializable(typeof(InvokeActionPayload))]
[JsonSerializable(typeof(LimitsPayload))]
[JsonSerializable(typeof(QueryPayload))]
[JsonSerializable(typeof(QueryPagePayload))]
[JsonSerializable(typeof(RequestPayload))]
[JsonSerializable(typeof(SearchPayload))]
[JsonSerializable(typeof(UpdateRecordPayload))]
[JsonSerializable(typeof(UpdateRecordsPayload))]
[JsonSerializable(typeof(UploadFilePayload))]
[JsonSerializable(typeof(UpsertRecordPayload))]
[JsonSerializable(typeof(UpsertRecordsPayload))]
public sealed partial class OperationJson : JsonSerializerContext;
