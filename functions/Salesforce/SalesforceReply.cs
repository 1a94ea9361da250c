using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Salesforce;

/// <summary>A success of Salesforce's, on its way to the caller: status, headers and body as they came.</summary>
public sealed class SalesforceReply : IDisposable
{
    private static readonly string[] PassedHeaders = ["Content-Type", "Location", "ETag", "Last-Modified", "Sforce-Limit-Info"];

    private readonly HttpResponseMessage _response;

    internal SalesforceReply(HttpResponseMessage response, ReplyBody body, RecordId? record)
    {
        _response = response;
        Body = body;
        Record = record;
    }

    public int Status => (int)_response.StatusCode;

    /// <summary>The headers that mean something to the caller.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers =>
        from name in PassedHeaders
        let values = _response.Headers.NonValidated.TryGetValues(name, out var own) ? own
            : _response.Content.Headers.NonValidated.TryGetValues(name, out var contents) ? contents
            : default
        where values.Count > 0
        select KeyValuePair.Create(name, string.Join(", ", values));

    /// <summary>The record that was written, where the reply has no body to say it.</summary>
    public RecordId? Record { get; }

    /// <summary>A body for who prefers one where Salesforce sends none; <see langword="null"/> elsewhere.</summary>
    /// <remarks>RFC 7240, <c>return=representation</c>.</remarks>
    internal byte[]? Representation =>
        this is { Status: StatusCodes.Status204NoContent, Record: { } record }
            ? JsonSerializer.SerializeToUtf8Bytes(
                new WrittenRecord(record.ToLongForm(), Success: true, Errors: []), SalesforceJson.Default.WrittenRecord)
            : null;

    /// <summary>The headers that go with <see cref="Representation"/>.</summary>
    internal static IReadOnlyDictionary<string, string> RepresentationHeaders { get; } = new Dictionary<string, string>
    {
        ["Content-Type"] = "application/json;charset=UTF-8",
        ["Preference-Applied"] = "return=representation",
    };

    internal ReplyBody Body { get; }

    /// <summary>A success without a body that Salesforce did not say: the record is gone already.</summary>
    internal static SalesforceReply AlreadyDone(RecordId record) =>
        new(new HttpResponseMessage(HttpStatusCode.NoContent), ReplyBody.Empty, record);

    public void Dispose() => _response.Dispose();
}
