using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceSimulator.Http;

namespace SalesforceSimulator.Endpoints;

/// <summary>composite/batch: up to 25 requests in one call that know nothing of each other.</summary>
internal static class Batches
{
    private const int MostRequests = 25;

    public static Reply Run(ApiCall call)
    {
        var body = call.ReadObject();
        if (!body.TryGetProperty("batchRequests", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw Errors.RequiredMember("batchRequests");
        }

        if (list.GetArrayLength() > MostRequests)
        {
            throw new ApiException(400, new ApiError("LIMIT_EXCEEDED", $"The number of subrequests exceeds the limit of {MostRequests}."));
        }

        var haltOnError = body.TryGetProperty("haltOnError", out var flag) && flag.ValueKind == JsonValueKind.True;
        List<Reply> replies = [];
        foreach (var request in list.EnumerateArray())
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
        string Text(string member) => request.ValueKind == JsonValueKind.Object && request.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Errors.RequiredMember(member);

        // Unlike in composite, the URL begins with the version.
        var url = Text("url");
        var input = request.TryGetProperty("richInput", out var rich) ? Encoding.UTF8.GetBytes(rich.GetRawText()) : [];
        return Router.RouteInner(call, Text("method"), url.StartsWith('/') ? url : $"/services/data/{url}", new HeaderDictionary(), input);
    }
}
