using System.Text.Json.Serialization;
using SalesforceConnector.Operations.Apex;
using SalesforceConnector.Operations.Composites;
using SalesforceConnector.Operations.Files;
using SalesforceConnector.Operations.Metadata;

namespace SalesforceConnector.Operations;

/// <summary>Serializes the bodies of requests to Salesforce, and replies that operations compose.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActionBody))]
[JsonSerializable(typeof(ApprovalsBody))]
[JsonSerializable(typeof(ApiRoot))]
[JsonSerializable(typeof(CheckReply))]
[JsonSerializable(typeof(CheckedOrgs))]
[JsonSerializable(typeof(CheckedUser))]
[JsonSerializable(typeof(DescribedObject))]
[JsonSerializable(typeof(CreatedVersion))]
[JsonSerializable(typeof(FileRecord))]
[JsonSerializable(typeof(FoundVersions))]
[JsonSerializable(typeof(NewVersion))]
[JsonSerializable(typeof(IReadOnlyList<KnownVersion>))]
[JsonSerializable(typeof(KnownLimits))]
[JsonSerializable(typeof(CompositeBody))]
[JsonSerializable(typeof(RecordsToGet))]
[JsonSerializable(typeof(StoredFileReply))]
[JsonSerializable(typeof(UnwrittenRecord))]
[JsonSerializable(typeof(UploadedFileReply))]
internal sealed partial class RequestJson : JsonSerializerContext;

/// <summary>The result of a record that was not written, in Salesforce's form.</summary>
/// <param name="OutcomeUnknown">Whether Salesforce may have written the record. Not a member of Salesforce's results.</param>
internal sealed record UnwrittenRecord(
    bool Success,
    IReadOnlyList<UnwrittenRecordError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OutcomeUnknown);

/// <summary>An error in such a result. Its code is in <c>statusCode</c>, unlike in error replies.</summary>
internal sealed record UnwrittenRecordError(string StatusCode, string Message, IReadOnlyList<string> Fields);

/// <summary>The body of a request for some fields of some records.</summary>
internal sealed record RecordsToGet(IReadOnlyList<string> Ids, IReadOnlyList<string> Fields);

/// <summary>The body of a composite request.</summary>
internal sealed record CompositeBody(bool? AllOrNone, bool? CollateSubrequests, Subrequests CompositeRequest);

/// <summary>The inputs of an action.</summary>
internal sealed record ActionBody(ActionInputs Inputs);

/// <summary>Steps of approvals.</summary>
internal sealed record ApprovalsBody(ApprovalRequests Requests);
