using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Composites;

/// <summary>One request to Salesforce's REST API.</summary>
[Example(
    """
    {
      "method": "POST",
      "path": "parameterizedSearch",
      "body": {"q": "Burlington", "in": "NAME", "fields": ["Id", "Name"], "sobjects": [{"name": "Account"}]},
      "repeatable": true
    }
    """)]
[Example(
    """
    {
      "method": "POST",
      "path": "composite/tree/Account",
      "body": {
        "records": [
          {
            "attributes": {"type": "Account", "referenceId": "account"},
            "Name": "Express Logistics and Transport",
            "Contacts": {"records": [{"attributes": {"type": "Contact", "referenceId": "contact"}, "LastName": "Levy"}]}
          }
        ]
      }
    }
    """)]
public sealed record RequestPayload : RestCallPayload
{
    [Field(Id = "request.path", After = nameof(Method))]
    public required RequestPath Path { get; init; }

    /// <summary>
    /// Whether a request with another method than GET can be retried if it may have been executed, because it is idempotent,
    /// such as a search by POST. A GET is always retried.
    /// </summary>
    [Field(
        Id = "request.repeatable",
        Hint = "The request does the same however often it is sent, as a search by POST does. GET always does.",
        Group = FormGroup.Options)]
    public bool? Repeatable { get; init; }

    /// <summary>The path with its query, as <see cref="SalesforceRequest.Path"/> has it.</summary>
    internal override string Url =>
        Query?.ToQueryString() is not { Length: > 0 } query ? Path.Value
        : Path.Value.Contains('?', StringComparison.Ordinal) ? $"{Path.Value}&{query[1..]}"
        : Path.Value + query;

    internal override Repetition Repetition =>
        Method.IsGet ? Repetition.Idempotent
        : Repeatable == true ? Repetition.IdempotentIfKnown
        : Repetition.NotIdempotent;
}

/// <summary>
/// Sends any request to Salesforce's REST API, and returns its reply. Use it for what has no operation, such as reports,
/// GraphQL, composite/tree, composite/graph, and lists of updated and deleted records.
/// </summary>
/// <remarks>REST API Developer Guide.</remarks>
[Operation("REST request", "Any request to Salesforce's REST API", "REST API", "report", "GraphQL", "tree", "graph", "updated records", "deleted records")]
[Reply(200, "Salesforce's reply. Some resources tell failures of parts in it.", Body = typeof(JsonElement))]
[Reply(201, "Salesforce's reply, to what has created something.", Body = typeof(JsonElement))]
[Reply(204, "Done; Salesforce answers nothing.")]
public sealed class Request(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<RequestPayload>
{
    [Function(nameof(Request))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "request")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Request) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-request", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(RequestPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(payload.Method.Value, payload.Url, payload.Body?.Utf8 ?? default)
            {
                Headers = payload.Headers?.All ?? [],
                IsRepeatable = payload.Repeatable == true,
                Forms = ReplyForms.JsonObject | ReplyForms.JsonArray | ReplyForms.Empty | ReplyForms.Media,
                // Not every resource supports subrequests.
                LongUrl = null,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
}
