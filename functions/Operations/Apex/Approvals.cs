using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Apex;

/// <summary>Approval steps.</summary>
[Example("""{"requests": [{"actionType": "Submit", "contextId": "006Dn0000070005IAA", "comments": "Please look at the discount."}]}""")]
public sealed record ApprovalsPayload : Payload
{
    [Field(Id = "approvalRequests")]
    public required ApprovalRequests Requests { get; init; }

    internal override Repetition Repetition => Repetition.NotIdempotent;
}

/// <summary>Submits records for approval, and approves or rejects work items.</summary>
/// <remarks>REST API Developer Guide, "Process Approvals".</remarks>
[Operation("Approvals", "Submit records for approval, and approve or reject them", "approval", "submit", "approve", "reject", "work item")]
[Reply(200, "A result for each request, in their order. Those that failed are among them, with success false; if all fail, it is a problem.", Body = typeof(IReadOnlyList<ApprovalResultReply>))]
public sealed class Approvals(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<ApprovalsPayload>
{
    [Function(nameof(Approvals))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "approvals")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Approvals) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-approvals", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(ApprovalsPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ApprovalsBody(payload.Requests), RequestJson.Default.ApprovalsBody);
        using var reply = await salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, "process/approvals/", body)
            {
                Forms = ReplyForms.Outcomes,
                ReadsWhole = true,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken).ConfigureAwait(false);
        return Outcome.ToReply(Outcome.ReadAll(reply, payload.Requests.Count), "requests", reply);
    }
}

/// <summary>The result of one approval step.</summary>
[Field("Result")]
public sealed record ApprovalResultReply
{
    /// <summary>Whether the step succeeded.</summary>
    public required bool Success { get; init; }

    /// <summary>The ids of the current approvers.</summary>
    [Field("Actors")]
    [Schema("""{ "type": ["array", "null"] }""")]
    public IReadOnlyList<string>? ActorIds { get; init; }

    /// <summary>The id of the record to approve.</summary>
    [Field("Record ID")]
    [Schema("""{ "type": ["string", "null"] }""")]
    public string? EntityId { get; init; }

    /// <summary>The id of the approval.</summary>
    [Field("Approval ID")]
    [Schema("""{ "type": ["string", "null"] }""")]
    public string? InstanceId { get; init; }

    /// <summary>Pending, Approved, Rejected or Removed.</summary>
    [Schema("""{ "type": ["string", "null"] }""")]
    public string? InstanceStatus { get; init; }

    /// <summary>The ids of new pending work items, for contextId of Approve and Reject.</summary>
    [Field("New work items")]
    [Schema("""{ "type": ["array", "null"] }""")]
    public IReadOnlyList<string>? NewWorkitemIds { get; init; }

    /// <summary>The errors. The code is in <c>statusCode</c>.</summary>
    [Schema("""{ "type": ["array", "null"] }""")]
    public IReadOnlyList<SalesforceErrorReply>? Errors { get; init; }
}
