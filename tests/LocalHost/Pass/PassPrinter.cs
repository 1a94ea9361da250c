using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>Prints requests as shell commands, and the relevant parts of replies.</summary>
internal sealed class PassPrinter(TextWriter output)
{
    private const int LongestArray = 4;
    private const int ShownOfLonger = 2;

    private static readonly string[] HeadersThatMatter =
    [
        "Content-Type", "Location", "ETag", "Last-Modified", "Retry-After", "Sforce-Limit-Info", "x-correlation-id",
    ];

    // For readable output: names such as O'Brien's and Müller are not escaped.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task PrintAsync(HttpRequestMessage request, string? content)
    {
        var url = request.RequestUri!;
        await output.WriteAsync($"curl -i -X {request.Method} {(url.Query.Length == 0 ? url : Quote(url.AbsoluteUri))}");
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []))
        {
            await output.WriteAsync($" -H {Quote($"{name}: {string.Join(", ", values)}")}");
        }

        await output.WriteLineAsync(content is null ? "" : $" -d {Quote(content)}");
        await output.WriteLineAsync();
    }

    public async Task PrintAsync(HttpResponseMessage reply, string text, JsonNode? body)
    {
        await output.WriteLineAsync($"HTTP/{reply.Version} {(int)reply.StatusCode} {reply.ReasonPhrase}");
        foreach (var (name, values) in reply.Headers.Concat(reply.Content.Headers))
        {
            if (HeadersThatMatter.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                await output.WriteLineAsync($"{name}: {string.Join(", ", values)}");
            }
        }

        await output.WriteLineAsync();
        if (text.Length > 0)
        {
            await output.WriteLineAsync(body is null ? text : Shorten(body)!.ToJsonString(Readable));
            await output.WriteLineAsync();
        }
    }

    /// <summary>Prints a message from a queue.</summary>
    public async Task PrintAsync(string queue, JsonNode message)
    {
        await output.WriteLineAsync($"On queue {queue}:");
        await output.WriteLineAsync();
        await output.WriteLineAsync(message.ToJsonString(Readable));
        await output.WriteLineAsync();
    }

    /// <summary>Shortens a long array to its first elements and the number of the others.</summary>
    private static JsonNode? Shorten(JsonNode? node) => node switch
    {
        JsonArray { Count: > LongestArray } array =>
            new JsonArray([.. array.Take(ShownOfLonger).Select(Shorten), JsonValue.Create($"… {array.Count - ShownOfLonger} more")]),
        JsonArray array => new JsonArray([.. array.Select(Shorten)]),
        JsonObject o => new JsonObject(o.Select(member => KeyValuePair.Create(member.Key, Shorten(member.Value)))),
        _ => node?.DeepClone(),
    };

    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
