using System.Text.Json.Serialization;
using SalesforceConnector.Operations.Apex;
using SalesforceConnector.Operations.Composites;

namespace SalesforceConnector.Operations;

/// <summary>Bodies that operations send to Salesforce, and replies that they put together of several of Salesforce's.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActionBody))]
[JsonSerializable(typeof(ApprovalsBody))]
[JsonSerializable(typeof(CompositeBody))]
[JsonSerializable(typeof(RecordsToGet))]
[JsonSerializable(typeof(UnwrittenRecord))]
internal sealed partial class RequestJson : JsonSerializerContext;

/// <summary>What Salesforce says of a record out of many that it did not write.</summary>
/// <param name="OutcomeUnknown">Whether it may have written it all the same; not a member of Salesforce's.</param>
internal sealed record UnwrittenRecord(
    bool Success,
    IReadOnlyList<UnwrittenRecordError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OutcomeUnknown);

/// <summary>One of its errors, whose code is in another member than in the errors of whole calls.</summary>
internal sealed record UnwrittenRecordError(string StatusCode, string Message, IReadOnlyList<string> Fields);

/// <summary>Which records of an sObject to get, and which of their fields.</summary>
internal sealed record RecordsToGet(IReadOnlyList<string> Ids, IReadOnlyList<string> Fields);

/// <summary>A composite request.</summary>
internal sealed record CompositeBody(bool? AllOrNone, bool? CollateSubrequests, Subrequests CompositeRequest);

/// <summary>The inputs of an action.</summary>
internal sealed record ActionBody(ActionInputs Inputs);

/// <summary>Steps of approvals.</summary>
internal sealed record ApprovalsBody(ApprovalRequests Requests);
