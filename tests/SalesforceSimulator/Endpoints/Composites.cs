using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SalesforceSimulator.Http;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>composite: up to 25 requests in one call, which can refer to results of earlier ones.</summary>
internal static class Composites
{
    public const int MostRequests = 25;

    private const int MostGraphs = 75;
    private const int MostNodes = 500;

    private static readonly ApiException RolledBack = new(400, new ApiError(
        "PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed."));

    public static Reply Run(ApiCall call)
    {
        var body = call.ReadObject();
        var requests = Array.ConvertAll(body.RequiredList("compositeRequest"), Subrequest.Read);
        CheckRequests(requests);
        var replies = Run(call, requests, body.Flag("allOrNone"));
        return new Reply(200, output => WriteAsync(output, requests, replies));
    }

    /// <summary>composite/graph: graphs of requests, each of which is carried out as a whole or not at all.</summary>
    public static Reply RunGraphs(ApiCall call)
    {
        var graphs = call.ReadObject().RequiredList("graphs");
        var read = Array.ConvertAll(graphs, graph => (
            Id: graph.RequiredText("graphId"), Requests: Array.ConvertAll(graph.RequiredList("compositeRequest"), Subrequest.Read)));
        // The code and the words are an assumption.
        if (read.Length > MostGraphs || read.Sum(graph => graph.Requests.Length) > MostNodes)
        {
            throw new ApiException(400, new ApiError("LIMIT_EXCEEDED", $"A request has up to {MostGraphs} graphs and {MostNodes} nodes."));
        }

        foreach (var (_, requests) in read)
        {
            CheckReferences(requests);
        }

        var results = Array.ConvertAll(read, graph => (graph.Id, graph.Requests, Replies: Run(call, graph.Requests, allOrNone: true)));
        return new Reply(200, async output =>
        {
            output.Writer.WriteStartObject();
            output.Writer.WriteStartArray("graphs");
            foreach (var (id, requests, replies) in results)
            {
                output.Writer.WriteStartObject();
                output.Writer.WriteString("graphId", id);
                output.Writer.WritePropertyName("graphResponse");
                await WriteAsync(output, requests, replies);
                output.Writer.WriteBoolean("isSuccessful", replies.TrueForAll(reply => reply.Status < 400));
                output.Writer.WriteEndObject();
            }

            output.Writer.WriteEndArray();
            output.Writer.WriteEndObject();
        });
    }

    private static List<Reply> Run(ApiCall call, Subrequest[] requests, bool allOrNone)
    {
        var mayRefer = Array.Exists(requests, request => request.MayRefer);
        var mark = call.Store.Mark;
        var references = new References();
        List<Reply> replies = [];
        foreach (var request in requests)
        {
            var reply = request.Run(call, references);
            replies.Add(reply);
            if (allOrNone && reply.Status >= 400)
            {
                // Earlier requests are rolled back, and later ones are not executed.
                call.Store.RollBackTo(mark);
                replies = [.. requests.Select((_, i) => i == replies.Count - 1 ? reply : Reply.Error(RolledBack, call.Version))];
                break;
            }

            if (mayRefer)
            {
                references.Add(request.ReferenceId, reply.ToJson());
            }
        }

        return replies;
    }

    private static async ValueTask WriteAsync(JsonOutput output, Subrequest[] requests, List<Reply> replies)
    {
        output.Writer.WriteStartObject();
        output.Writer.WriteStartArray("compositeResponse");
        foreach (var (request, reply) in requests.Zip(replies))
        {
            await WriteAsync(output, reply, request.ReferenceId);
        }

        output.Writer.WriteEndArray();
        output.Writer.WriteEndObject();
    }

    private static void CheckRequests(Subrequest[] requests)
    {
        if (requests.Length > MostRequests)
        {
            throw Errors.TooManySubrequests(MostRequests);
        }

        CheckReferences(requests);
    }

    private static void CheckReferences(Subrequest[] requests)
    {
        // The message is an assumption.
        if (requests.GroupBy(request => request.ReferenceId).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Errors.Json($"Duplicate referenceId provided in composite request: {twice.Key}");
        }
    }

    private static async ValueTask WriteAsync(JsonOutput output, Reply reply, string referenceId)
    {
        var writer = output.Writer;
        writer.WriteStartObject();
        writer.WritePropertyName("body");
        if (reply.Body is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            await reply.Body(output);
        }

        writer.WriteStartObject("httpHeaders");
        foreach (var (name, value) in reply.Headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteNumber("httpStatusCode", reply.Status);
        writer.WriteString("referenceId", referenceId);
        writer.WriteEndObject();
    }

    private sealed record Subrequest(string Method, string Url, string ReferenceId, IHeaderDictionary Headers, JsonNode? Body)
    {
        public bool MayRefer => (Url + Body?.ToJsonString()).Contains("@{", StringComparison.Ordinal);

        public static Subrequest Read(JsonElement request)
        {
            var headers = new HeaderDictionary();
            if (request.Member("httpHeaders") is { ValueKind: JsonValueKind.Object } given)
            {
                foreach (var header in given.EnumerateObject())
                {
                    headers[header.Name] = header.Value.ToString();
                }
            }

            return new Subrequest(
                request.RequiredText("method"),
                request.RequiredText("url"),
                request.RequiredText("referenceId"),
                headers,
                request.Member("body") is { } body ? JsonNode.Parse(body.GetRawText()) : null);
        }

        public Reply Run(ApiCall call, References references)
        {
            try
            {
                var body = references.Resolve(Body);
                return Router.RouteInner(
                    call,
                    Method,
                    references.Resolve(Url),
                    Headers,
                    body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body, Reply.JsonText),
                    isInComposite: true);
            }
            catch (ApiException exception)
            {
                return Reply.Error(exception, call.Version);
            }
        }
    }
}
