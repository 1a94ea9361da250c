using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Apex;

/// <summary>A call of an Apex REST resource. The parameters of an Apex method are the members of the body.</summary>
[Example("""{"method": "GET", "path": ["orders", "4711"], "repeatable": true}""")]
[Example("""{"method": "POST", "path": "orders", "body": {"customer": "Müller & Söhne", "amount": 129.90}}""")]
public sealed record CallApexPayload : RestCallPayload
{
    [Field(Id = "request.apexPath", After = nameof(Method))]
    public required ApexPath Path { get; init; }

    /// <summary>
    /// Whether the call can be retried if it may have been executed, because the class is idempotent. Only for GET, PUT and
    /// DELETE.
    /// </summary>
    [Field(
        Id = "request.apexRepeatable",
        Hint = "The Apex class does the same however often it is called. GET, PUT and DELETE only.",
        Group = FormGroup.Options)]
    public bool? Repeatable { get; init; }

    /// <summary>The path from the host's root, with its query.</summary>
    internal override string Url => Path.Path + Query?.ToQueryString();

    // With any method, the class can change data.
    internal override Repetition Repetition =>
        Repeatable != true ? Repetition.NotIdempotent
        : Method.IsGet ? Repetition.Idempotent
        : Repetition.IdempotentIfKnown;

    internal override void Validate()
    {
        if (Repeatable == true && (Method.Value == HttpMethod.Post || Method.Value == HttpMethod.Patch))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "repeatable", $"goes with GET, PUT and DELETE; the method is {Method}");
        }

        base.Validate();
    }
}

/// <summary>Calls an Apex class that Apex REST exposes, and returns its reply, with any success status and any media type.</summary>
/// <remarks>Apex Developer Guide, "Exposing Apex Classes as REST Web Services".</remarks>
[Operation("Call Apex", "Call an Apex REST resource", "Apex REST", "apexrest", "custom endpoint")]
[Reply(200, "What the class answers; the status may be any of success.", Body = typeof(JsonElement))]
[Reply(201, "What the class answers, with this status.", Body = typeof(JsonElement))]
[Reply(204, "The class answers nothing.")]
public sealed class CallApex(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<CallApexPayload>
{
    [Function(nameof(CallApex))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "apex")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(CallApex) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-call-apex", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CallApexPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(payload.Method.Value, payload.Url, payload.Body?.Utf8 ?? default)
            {
                Headers = payload.Headers?.All ?? [],
                IsApex = true,
                IsRead = payload.Repetition == Repetition.Idempotent,
                IsRepeatable = payload.Repeatable == true,
                Forms = ReplyForms.Any,
                // Read to its end, where an incomplete reply is marked. The heap limit of Apex (6 or 12 MB) limits its size.
                ReadsWhole = true,
                LongUrl = null,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
}
