using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceSimulator.Files;
using SalesforceSimulator.Http;

namespace SalesforceSimulator.Requests;

/// <summary>Writes a JSON body. A long one is flushed in parts.</summary>
internal delegate ValueTask JsonBody(JsonOutput output);

/// <summary>
/// A reply whose body is written when it is sent, to the connection or into the reply of a composite call. The data that
/// it writes must not change before that.
/// </summary>
internal sealed class Reply(int status, JsonBody? body = null)
{
    // Salesforce escapes only what JSON requires.
    public static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    /// <summary>The same for the serializer.</summary>
    public static readonly JsonSerializerOptions JsonText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Reply NoContent => new(204);

    /// <summary>The reply if the simulator does not know Salesforce's.</summary>
    public static Reply NotKnown(NotKnownException exception) => new(501) { OwnWords = exception.Message };

    public int Status { get; } = status;

    public JsonBody? Body { get; } = body;

    /// <summary>A body that is not JSON, instead of <see cref="Body"/>, with its media type.</summary>
    public (string Type, ReadOnlyMemory<byte> Bytes)? Content { get; init; }

    /// <summary>A plain-text body of the simulator, instead of <see cref="Body"/>.</summary>
    public string? OwnWords { get; private init; }

    /// <summary>A body that is in a file, in the place of <see cref="Body"/>.</summary>
    public FilePart? File { get; private init; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static Reply Json(int status, Action<Utf8JsonWriter> write) => new(status, output =>
    {
        write(output.Writer);
        return ValueTask.CompletedTask;
    });

    public static Reply Json(int status, JsonNode body) => Json(status, writer => body.WriteTo(writer));

    public static Reply Error(ApiException exception, string version) => Json(exception.Status, writer =>
    {
        writer.WriteStartArray();
        foreach (var error in exception.Errors)
        {
            error.Write(writer, version);
        }

        writer.WriteEndArray();
    });

    public static Reply OfFile(FilePart file, string type) => new Reply(200) { File = file }.WithHeader("Content-Type", type);

    public Reply WithHeader(string name, string value)
    {
        Headers[name] = value;
        return this;
    }

    /// <summary>The body as it is sent; empty if there is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ToBytesAsync()
    {
        if (Content is { Bytes: var content })
        {
            return content;
        }

        var buffer = new ArrayBufferWriter<byte>();
        if (Body is not null)
        {
            await using var writer = new Utf8JsonWriter(buffer, JsonOptions);
            await Body(new JsonOutput(writer));
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The body as a JSON value; <see langword="null"/> if there is none.</summary>
    public JsonElement? ToJson()
    {
        if (Body is null)
        {
            return null;
        }

        // Requests are carried out under the org's lock, where nothing can be awaited. A body waits for a connection only, and here
        // is none.
        var bytes = ToBytesAsync();
        return bytes.IsCompleted ? JsonElement.Parse(bytes.GetAwaiter().GetResult().Span) : throw new InvalidOperationException("The body waits, although it is written to memory.");
    }
}
