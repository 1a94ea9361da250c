using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Soql;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Queries;

/// <summary>One SOSL search.</summary>
public sealed record SearchPayload : Payload
{
    /// <summary>The search: <c>FIND {Acme} IN NAME FIELDS RETURNING Account(Id, Name)</c>.</summary>
    public required string SoslSearch { get; init; }

    /// <summary>Values of the placeholders in <see cref="SoslSearch"/>.</summary>
    public BindParameters? SoslParameters { get; init; }

    /// <summary>The search with its values.</summary>
    internal string Text => field ??= Sosl.Bind(SoslSearch, SoslParameters);

    internal override void Validate()
    {
        base.Validate();
        _ = string.IsNullOrWhiteSpace(SoslSearch)
            ? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soslSearch", "must be a SOSL search; it is blank")
            : Text;
    }
}

/// <summary>Runs a SOSL search.</summary>
/// <remarks>REST API Developer Guide, "Search".</remarks>
public sealed class Search(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<SearchPayload>
{
    [Function(nameof(Search))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "search")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Search) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-search", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public Task<SalesforceReply> ExecuteAsync(SearchPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"search?q={Uri.EscapeDataString(payload.Text)}")
            {
                LongUrl = CompositeRead.InBatch,
                // Up to v36.0 the records alone.
                Forms = ReplyForms.JsonObject | ReplyForms.JsonArray,
            },
            cancellationToken);
}
