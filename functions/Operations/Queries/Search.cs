using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Soql;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Queries;

/// <summary>One SOSL search.</summary>
[Example("""{"soslSearch": "FIND {Burlington} IN NAME FIELDS RETURNING Account(Id, Name)"}""")]
[Example(
    """
    {
      "soslSearch": "FIND :text IN NAME FIELDS RETURNING Account(Id, Name WHERE Industry = :industry)",
      "soslParameters": {"text": "O'Neill & Sons", "industry": "Energy"}
    }
    """)]
public sealed record SearchPayload : Payload
{
    /// <summary>
    /// FIND with the search term, and RETURNING with the sObjects and fields to return. Each <c>:name</c> outside a string
    /// literal is a placeholder for the value of that name in <see cref="SoslParameters"/>. After FIND, the value is a plain
    /// text, in which operators and wildcards have no effect.
    /// </summary>
    [Field(
        "SOSL search",
        Hint = "Pass untrusted values as parameters, such as <code>FIND :name</code>.",
        Placeholder = "FIND {Burlington} IN NAME FIELDS RETURNING Account(Id, Name)",
        Multiline = true)]
    [MinLength(1)]
    public required string SoslSearch { get; init; }

    /// <summary>Values of the search's placeholders.</summary>
    [Field("SOSL parameters", Hint = "Values of the search's placeholders, such as <code>{name: customer.name}</code>.")]
    public BindParameters? SoslParameters { get; init; }

    /// <summary>The search with its values bound.</summary>
    internal string Text => field ??= Sosl.Bind(SoslSearch, SoslParameters);

    internal override void Validate()
    {
        base.Validate();
        _ = string.IsNullOrWhiteSpace(SoslSearch)
            ? throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soslSearch", "must be a SOSL search, and not blank")
            : Text;
    }
}

/// <summary>Finds text in the records of one or several sObjects.</summary>
/// <remarks>REST API Developer Guide, "Search".</remarks>
[Operation("SOSL search", "Find text in the records of one or several sObjects", "SOSL", "search", "find", "full text")]
[Reply(200, "The records that were found.", Body = typeof(SearchResultReply))]
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
                // Up to v36.0, the reply is an array of records.
                Forms = ReplyForms.JsonObject | ReplyForms.JsonArray,
            },
            cancellationToken);
}

/// <summary>Salesforce's reply, unchanged.</summary>
public sealed record SearchResultReply
{
    /// <summary>The records that were found.</summary>
    [Field("Records")]
    public required IReadOnlyList<RecordReply> SearchRecords { get; init; }
}
