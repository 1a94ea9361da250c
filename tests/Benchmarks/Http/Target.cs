using System.Net.Http.Headers;
using Benchmarks.Peers;
using Benchmarks.Processes;

namespace Benchmarks.Http;

/// <summary>One of the ways to make a call.</summary>
/// <param name="Process">The process that is measured.</param>
/// <param name="Url">Where the call is sent.</param>
internal sealed record Target(string Name, IMeasuredProcess Process, Uri Url, Request Request)
{
    /// <summary>The Functions host before the process; <see langword="null"/> if there is none.</summary>
    public PeerProcess? Host { get; init; }

    public static Target Of(string name, PeerProcess peer, Request request) => new(name, peer, peer.Url, request);

    public static Target Of(string name, AppProcess app, Request request) => new(name, app, app.Url, request) { Host = app.Host };

    public HttpRequestMessage NewRequest(Operation operation) => NewRequest(Url, Request, operation);

    public static HttpRequestMessage NewRequest(Uri url, Request kind, Operation operation)
    {
        if (kind != Request.Salesforces)
        {
            var route = kind switch
            {
                Request.EmptyFunctions => "/api/empty",
                Request.PlainFunctions => "/api/plain",
                _ => operation.Route,
            };
            return new HttpRequestMessage(HttpMethod.Post, new Uri(url, route)) { Content = Json(operation.Payload) };
        }

        var request = new HttpRequestMessage(operation.Method, new Uri(url, operation.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Sample.Token);
        request.Content = operation.Body is { } body ? Json(body) : null;
        return request;
    }

    /// <summary>The status of the right answer.</summary>
    public int StatusOf(Operation operation) => Request == Request.EmptyFunctions ? 200 : operation.Status;

    private static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json", "utf-8"));
}

/// <summary>What a target takes.</summary>
internal enum Request
{
    /// <summary>Salesforce's own requests.</summary>
    Salesforces,

    /// <summary>The connector's payloads, at its routes.</summary>
    Payload,

    /// <summary>The connector's payloads, at the one route of the empty function.</summary>
    EmptyFunctions,

    /// <summary>The connector's payloads, at the one route of the plain function.</summary>
    PlainFunctions,
}

/// <summary>What is called: by the connector's route and payload, and by Salesforce's own method, path and body.</summary>
internal sealed record Operation(string Name, string Route, string Payload, HttpMethod Method, string Path, string? Body, int Status)
{
    public static readonly Operation GetRecord = new(
        nameof(GetRecord), "/api/records/get", Sample.GetPayload, HttpMethod.Get, $"{Sample.RecordPath}?fields={Uri.EscapeDataString(Sample.FieldList)}", null, 200);

    public static readonly Operation CreateRecord = new(
        nameof(CreateRecord), "/api/records/create", Sample.CreatePayload, HttpMethod.Post, Sample.CollectionPath, Sample.Fields, 201);

    public static readonly Operation Query = new(
        nameof(Query), "/api/query", Sample.QueryPayload, HttpMethod.Get, $"{Sample.QueryPath}?q=SELECT%20FIELDS%28ALL%29%20FROM%20Account", null, 200);

    /// <summary>A query whose reply is as short as <see cref="Sample.LimitedReplyBytes"/>.</summary>
    public static readonly Operation LimitedQuery = new(
        "Query, LIMIT", "/api/query", Sample.LimitedQueryPayload, HttpMethod.Get, $"{Sample.QueryPath}?q={Uri.EscapeDataString($"SELECT FIELDS(ALL) FROM Account {Sample.Limit}")}", null, 200);

    /// <summary>A whole result of many pages; the connector alone puts it together.</summary>
    public static readonly Operation WholeResult = new(
        "Query, fetchAll", "/api/query", Sample.WholeResultPayload, HttpMethod.Get, $"{Sample.QueryPath}?q=SELECT%20Id%2C%20Name%20FROM%20{Sample.PagedObject}", null, 200);
}
