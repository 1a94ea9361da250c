using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Soql;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Queries;

/// <summary>One SOQL query.</summary>
[Schema("""{ "dependentRequired": { "maxRecords": ["fetchAll"] } }""")]
[Example("""{"soqlQuery": "SELECT Id, Name FROM Account ORDER BY Name LIMIT 10"}""")]
[Example(
    """
    {
      "soqlQuery": "SELECT Id, Name FROM Account WHERE Name LIKE :name AND Industry IN :industries AND CreatedDate >= :since",
      "soqlParameters": {
        "name": {"startsWith": "O'Neill & Sons"},
        "industries": ["Energy", "Banking"],
        "since": {"dateTime": "2026-11-24T10:00:00+01:00"}
      }
    }
    """)]
[Example("""{"soqlQuery": "SELECT Id, Name FROM Account", "fetchAll": true, "maxRecords": 50000}""")]
public sealed record QueryPayload : Payload
{
    /// <summary>
    /// Up to 100,000 characters. Each <c>:name</c> outside a string literal is a placeholder for the value of that name in
    /// <see cref="SoqlParameters"/>.
    /// </summary>
    [Field(
        "SOQL query",
        Hint = "Pass untrusted values as parameters, such as <code>WHERE External_Id__c = :number</code>.",
        Placeholder = "SELECT Id, Name FROM Account LIMIT 10",
        Multiline = true)]
    [StringLength(100_000, MinimumLength = 1)]
    public required string SoqlQuery { get; init; }

    /// <summary>Values of the query's placeholders.</summary>
    [Field("SOQL parameters", Hint = "Values of the query's placeholders, such as <code>{number: customer.number}</code>.")]
    public BindParameters? SoqlParameters { get; init; }

    /// <summary>Whether to return the whole result, streamed page by page, instead of its first page.</summary>
    [Field(Hint = "Returns the whole result instead of its first page.", Group = FormGroup.Options)]
    public bool? FetchAll { get; init; }

    /// <summary>
    /// With <see cref="FetchAll"/>, the most records to return, in whole pages. If there are more, the reply ends with
    /// <c>done</c> false and <c>nextRecordsUrl</c>, after the records.
    /// </summary>
    [Field(
        "Most records",
        Hint = "200 or more, in whole pages. Consider Camunda's size limit for variables. Empty: all records.",
        Group = FormGroup.Options,
        When = nameof(FetchAll),
        Is = true)]
    [Range(Query.SmallestPage, int.MaxValue)]
    public int? MaxRecords { get; init; }

    /// <summary>Records per page. Salesforce may send fewer.</summary>
    [Field(Hint = "200 to 2,000; Salesforce may send fewer. Empty: 2,000.", Group = FormGroup.Options)]
    [Range(Query.SmallestPage, Query.LargestPage)]
    public int? PageSize { get; init; }

    /// <summary>Whether to include deleted and archived records.</summary>
    [Field(Hint = "Includes deleted and archived records.", Group = FormGroup.Options)]
    public bool? IncludeDeleted { get; init; }

    /// <summary>The query with its values bound.</summary>
    internal string Text => field ??= Soql.Bind(SoqlQuery, SoqlParameters);

    internal override void Validate()
    {
        base.Validate();
        if (string.IsNullOrWhiteSpace(SoqlQuery))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soqlQuery", "must be a SOQL query, and not blank");
        }

        if (PageSize is not (null or (>= Query.SmallestPage and <= Query.LargestPage)))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "pageSize", $"must be {Query.SmallestPage} to {Query.LargestPage}");
        }

        if (MaxRecords is not null && FetchAll != true)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "maxRecords", "requires fetchAll: true");
        }

        if (MaxRecords < Query.SmallestPage)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "maxRecords",
                $"must be {Query.SmallestPage} or more, Salesforce's smallest page; for fewer records, use LIMIT in the query");
        }

        // Binds the values now, so that errors are reported during validation.
        _ = Text;
    }
}

/// <summary>Runs a SOQL query and returns its first page, or with <see cref="QueryPayload.FetchAll"/> its whole result.</summary>
/// <remarks>REST API Developer Guide, "Query", "QueryAll" and "Query Options Header".</remarks>
[Operation("SOQL query", "Run a SOQL query: its first page, or its whole result", "SOQL", "query", "select")]
[Reply(200, "The first page, or the whole result. If a whole result fails midway, the reply ends without its last chunk and the connection is closed.", Body = typeof(QueryResultReply))]
public sealed class Query(HttpOperation http, QueueOperation queue, SalesforceClient salesforce) : IOperation<QueryPayload>
{
    internal const int SmallestPage = 200;
    internal const int LargestPage = 2_000;

    [Function(nameof(Query))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "query")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(Query) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-query", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(QueryPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        if (payload.FetchAll != true)
        {
            return await salesforce.SendAsync(payload, Request(payload), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await FetchAllAsync(payload, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == MergedPages.LostCursor)
        {
            // The session ended between the first two pages, before anything was sent to the caller. Restarts once.
            return await FetchAllAsync(payload, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SalesforceReply> FetchAllAsync(QueryPayload payload, CancellationToken cancellationToken)
    {
        var reply = await salesforce.SendAsync(payload, Request(payload) with { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        var first = ResultPage.Read(reply);
        if (first is { TopLevel.Next: null, Incomplete: [] })
        {
            return reply;
        }

        try
        {
            // If child results have more pages, fetch those first: requesting the parents' next page would close their cursors.
            var second = first.TopLevel.Next is { } next && first.Incomplete.Count == 0 && !(payload.MaxRecords <= first.TopLevel.Count)
                ? await MergedPages.FetchAsync(FetchAsync, next, first.TopLevel.Count, first.TopLevel.TotalSize, cancellationToken).ConfigureAwait(false)
                : null;
            return SalesforceReply.Merge(new MergedPages(first, second, payload.MaxRecords, FetchAsync), reply);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        async Task<ResultPage> FetchAsync(NextRecordsUrl url, CancellationToken cancellation) => ResultPage.Read(
            await salesforce.SendAsync(
                payload, new SalesforceRequest(HttpMethod.Get, url.ToString()) { ReadsWhole = true }, cancellation).ConfigureAwait(false));
    }

    private static SalesforceRequest Request(QueryPayload payload)
    {
        var resource = payload.IncludeDeleted == true ? "queryAll" : "query";
        return new SalesforceRequest(HttpMethod.Get, $"{resource}?q={Uri.EscapeDataString(payload.Text)}")
        {
            Headers = PageSize(payload) is { } size ? [KeyValuePair.Create("Sforce-Query-Options", $"batchSize={size}")] : [],
        };
    }

    // The page size that divides maxRecords into whole pages of equal size.
    private static int? PageSize(QueryPayload payload)
    {
        if (payload.MaxRecords is not { } most)
        {
            return payload.PageSize;
        }

        var pages = (int)Math.Ceiling((double)most / (payload.PageSize ?? LargestPage));
        return Math.Max(most / pages, SmallestPage);
    }
}

/// <summary>Salesforce's reply, unchanged, or all its pages merged into one of the same form.</summary>
public sealed record QueryResultReply
{
    /// <summary>The number of records in the whole result.</summary>
    public required int TotalSize { get; init; }

    /// <summary>Whether this is the last page.</summary>
    public required bool Done { get; init; }

    /// <summary>The URL of the next page. Absent on the last page.</summary>
    [Field("Next records URL")]
    public string? NextRecordsUrl { get; init; }

    /// <summary>The records of this page.</summary>
    public required IReadOnlyList<RecordReply> Records { get; init; }
}
