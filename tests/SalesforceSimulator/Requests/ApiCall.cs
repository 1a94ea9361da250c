using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Files;

namespace SalesforceSimulator.Requests;

/// <summary>A call of a resource under <c>/services/data/vNN.0</c>, directly or from a composite call.</summary>
internal sealed class ApiCall
{
    private const int LargestRequest = 52_428_800;

    public required Org Org { get; init; }

    public required Session Session { get; init; }

    public required string Method { get; init; }

    /// <summary>The version in the path, <c>v67.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the call is a subrequest of a composite request.</summary>
    public bool IsInComposite { get; init; }

    /// <summary>The decoded segments of the path after the version.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    public required IReadOnlyDictionary<string, StringValues> Query { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body's parts, in place of <see cref="Body"/>; <see langword="null"/> if it is not multipart/form-data.</summary>
    public MultipartBody? Multipart { get; init; }

    /// <summary>The body if it is CSV, in place of <see cref="Body"/>.</summary>
    public TemporaryFile? Csv { get; init; }

    /// <summary>The values of the placeholders in the resource's template.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; set; } = new Dictionary<string, string>();

    public int VersionNumber => Versions.NumberOf(Version);

    public string VersionPath => $"/services/data/{Version}";

    public Store Store => Org.Store;

    public bool AllOrNoneParameter => string.Equals(Query.GetValueOrDefault("allOrNone"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The sObject in the path.</summary>
    /// <exception cref="ApiException">The sObject does not exist.</exception>
    public ObjectType ObjectType => Store.Schema.Find(Arguments["type"]) ?? throw Errors.NotFound();

    /// <summary>The body, which must be a JSON object.</summary>
    public JsonElement ReadObject()
    {
        if (Headers.ContentType.ToString() is { Length: > 0 } contentType
            && !contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw Errors.UnsupportedMediaType(contentType);
        }

        return ReadObject(Body);
    }

    /// <summary>Reads a JSON object.</summary>
    public static JsonElement ReadObject(ReadOnlyMemory<byte> json)
    {
        if (json.Length > LargestRequest)
        {
            throw Errors.Json($"Maximum size of request reached. Maximum size of request is {LargestRequest} bytes.");
        }

        JsonElement body;
        try
        {
            body = JsonElement.Parse(json.Span);
            ReadTexts(body);
        }
        catch (InvalidOperationException)
        {
            // The message is an assumption.
            throw Errors.Json("Invalid UTF-8 or an incomplete surrogate pair in a text");
        }
        catch (JsonException exception)
        {
            throw Errors.Json($"Unexpected character at [line:{exception.LineNumber + 1}, column:{exception.BytePositionInLine + 1}]");
        }

        return body.ValueKind == JsonValueKind.Object
            ? body
            : throw Errors.Json($"The HTTP entity body is required to be an object, but it is of kind {body.ValueKind}.");
    }

    /// <summary>Decodes all names and strings, as the parser would.</summary>
    /// <exception cref="InvalidOperationException">A name or string is not valid Unicode.</exception>
    private static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }

    /// <summary>The names in a comma-separated parameter; <see langword="null"/> if it is absent.</summary>
    public IReadOnlyList<string>? List(string parameter) =>
        Query.TryGetValue(parameter, out var value)
            ? value.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : null;

    public bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = Headers.TryGetValue(name, out var values) ? values.ToString() : null;
        return value is not null;
    }
}
