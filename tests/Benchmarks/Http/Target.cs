using System.Net.Http.Headers;
using Benchmarks.Peers;

namespace Benchmarks.Http;

/// <summary>One of the ways to make a call.</summary>
/// <param name="Peer">The process that the call goes to.</param>
/// <param name="IsOrgsOwn">Whether it takes Salesforce's calls, and not the connector's payloads.</param>
internal sealed record Target(string Name, PeerProcess Peer, bool IsOrgsOwn)
{
    public HttpRequestMessage NewRequest(Operation operation)
    {
        if (!IsOrgsOwn)
        {
            return new HttpRequestMessage(HttpMethod.Post, new Uri(Peer.Url, operation.Route)) { Content = Json(operation.Payload) };
        }

        var request = new HttpRequestMessage(operation.Method, new Uri(Peer.Url, operation.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Sample.Token);
        request.Content = operation.Body is { } body ? Json(body) : null;
        return request;
    }

    private static StringContent Json(string json) => new(json, new MediaTypeHeaderValue("application/json", "utf-8"));
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
}
