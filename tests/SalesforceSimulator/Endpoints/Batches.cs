using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceSimulator.Http;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>composite/batch: up to 25 independent requests in one call.</summary>
internal static class Batches
{
    public static Reply Run(ApiCall call)
    {
        var body = call.ReadObject();
        var requests = body.RequiredList("batchRequests");
        if (requests.Length > Composites.MostRequests)
        {
            throw Errors.TooManySubrequests(Composites.MostRequests);
        }

        var haltOnError = body.Flag("haltOnError");
        List<Reply> replies = [];
        foreach (var request in requests)
        {
            var halted = haltOnError && replies.Exists(reply => reply.Status >= 400);
            replies.Add(halted
                ? Reply.Error(new ApiException(412, new ApiError("BATCH_PROCESSING_HALTED", "Batch processing halted per request")), call.Version)
                : Run(call, request));
        }

        return new Reply(200, async output =>
        {
            var writer = output.Writer;
            writer.WriteStartObject();
            writer.WriteBoolean("hasErrors", replies.Exists(reply => reply.Status >= 400));
            writer.WriteStartArray("results");
            foreach (var reply in replies)
            {
                writer.WriteStartObject();
                writer.WriteNumber("statusCode", reply.Status);
                writer.WritePropertyName("result");
                if (reply.Body is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    await reply.Body(output);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Reply Run(ApiCall call, JsonElement request)
    {
        // Unlike in composite, the URL starts with the version.
        var url = request.RequiredText("url");
        var input = request.Member("richInput") is { } rich ? Encoding.UTF8.GetBytes(rich.GetRawText()) : [];
        return Router.RouteInner(call, request.RequiredText("method"), url.StartsWith('/') ? url : $"/services/data/{url}", new HeaderDictionary(), input, isInComposite: false);
    }
}
