using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Composites;

/// <summary>Up to 25 requests that Salesforce executes one after another, in one call.</summary>
[Example(
    """
    {
      "allOrNone": true,
      "compositeRequest": [
        {
          "method": "POST",
          "url": "/services/data/v67.0/sobjects/Account",
          "referenceId": "account",
          "body": {"Name": "Express Logistics and Transport"}
        },
        {
          "method": "POST",
          "url": "/services/data/v67.0/sobjects/Contact",
          "referenceId": "contact",
          "body": {"LastName": "Levy", "AccountId": "@{account.id}"}
        }
      ]
    }
    """)]
public sealed record CompositePayload : Payload
{
    /// <summary>Whether all requests are rolled back if one fails.</summary>
    [Field(Id = "allOrNone.composite", Hint = "Rolls back all requests if one fails.", Group = FormGroup.Options)]
    public bool? AllOrNone { get; init; }

    /// <summary>Whether Salesforce may execute independent requests together.</summary>
    [Field("Collate requests", Hint = "Allows Salesforce to execute independent requests together.", Group = FormGroup.Options)]
    public bool? CollateSubrequests { get; init; }

    public required Subrequests CompositeRequest { get; init; }

    internal override Repetition Repetition => CompositeRequest.AreReads ? Repetition.Idempotent : Repetition.NotIdempotent;
}

/// <summary>Sends up to 25 requests to Salesforce's REST API in one call. A request can refer to results of earlier ones.</summary>
/// <remarks>REST API Developer Guide, "Composite".</remarks>
[Operation("Composite request", "Send up to 25 requests to Salesforce in one call, which can refer to one another", "composite", "batch", "transaction")]
[Reply(200, "A reply for each request, in order. Each has its own httpStatusCode, success or not.", Body = typeof(CompositeResultReply))]
public sealed class Composite(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<CompositePayload>
{
    [Function(nameof(Composite))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "composite")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Composite) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-composite", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(CompositePayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CompositeBody(payload.AllOrNone, payload.CollateSubrequests, payload.CompositeRequest), RequestJson.Default.CompositeBody);
        return salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, CompositeRead.CompositePath, body)
            {
                IsRead = payload.CompositeRequest.AreReads,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken);
    }
}

/// <summary>Salesforce's reply, unchanged.</summary>
public sealed record CompositeResultReply
{
    /// <summary>A reply for each request, in order.</summary>
    public required IReadOnlyList<SubrequestResultReply> CompositeResponse { get; init; }
}

/// <summary>The reply to one request.</summary>
public sealed record SubrequestResultReply
{
    /// <summary>The reply's body, or null. For a failure, Salesforce's array of errors.</summary>
    public JsonElement Body { get; init; }

    /// <summary>The reply's headers.</summary>
    [Field("Headers")]
    public JsonObject? HttpHeaders { get; init; }

    /// <summary>The reply's HTTP status.</summary>
    [Field("Status")]
    public int HttpStatusCode { get; init; }

    /// <summary>The request's reference id.</summary>
    public string? ReferenceId { get; init; }
}
