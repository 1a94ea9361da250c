using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Queues;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queries;

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
public sealed class SearchHandler(SalesforceClient salesforce) : IOperationHandler<SearchPayload>
{
    public Task<SalesforceReply> HandleAsync(SearchPayload payload, OperationContext context, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"search?q={Uri.EscapeDataString(payload.Text)}")
            {
                LongUrl = CompositeRead.InBatch,
                // Up to v36.0 the records alone.
                Forms = ReplyForms.JsonObject | ReplyForms.JsonArray,
            },
            cancellationToken);
}

public sealed class Search(HttpOperation http, QueueOperation queue, SearchHandler handler)
{
    [Function(nameof(Search))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "search")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(nameof(Search), request, ConnectorJson.Default.SearchPayload, handler, cancellationToken);

    [Function(nameof(Search) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-search", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(nameof(Search), message, ConnectorJson.Default.SearchPayload, handler, cancellationToken);
}
