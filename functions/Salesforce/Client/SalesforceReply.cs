using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>A successful reply from Salesforce: status, headers and body, unchanged.</summary>
public sealed class SalesforceReply : IDisposable
{
    internal const string JsonType = "application/json;charset=UTF-8";

    private static readonly string[] PassedHeaders = ["Content-Type", "Location", "ETag", "Last-Modified", ApiUsage.Header];

    private readonly HttpResponseMessage? _response;

    internal SalesforceReply(HttpResponseMessage response, int status, ReplyBody body, RecordId? record)
        : this(status, Pass(response), body)
    {
        _response = response;
        Record = record;
    }

    private SalesforceReply(HttpResponseMessage? response, int status, IReadOnlyList<KeyValuePair<string, string>> headers, ReplyBody body)
        : this(status, headers, body) => _response = response;

    private SalesforceReply(int status, IReadOnlyList<KeyValuePair<string, string>> headers, ReplyBody body) =>
        (Status, Headers, Body) = (status, headers, body);

    /// <summary>A successful reply that the connector creates from earlier replies.</summary>
    internal static SalesforceReply From(int status, IReadOnlyList<KeyValuePair<string, string>> headers, ReplyBody body) =>
        new(status, headers, body);

    private const string WarningHeader = "warning";

    public int Status { get; }

    /// <summary>The headers for the caller. Those that depend on the body are added when it has been written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        Body.Warning is { } warning ? [.. field, KeyValuePair.Create(WarningHeader, warning)] : field;

    /// <summary>A header of Salesforce's that is not for the caller.</summary>
    /// <returns><see langword="null"/> if the reply does not have it.</returns>
    internal string? FindHeader(string name) =>
        _response is not null && _response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>The media type of the body, without parameters; <see langword="null"/> if there is none.</summary>
    internal string? MediaType => Headers.FirstOrDefault(header => header.Key == "Content-Type").Value?.Split(';')[0].Trim();

    /// <summary>The id of the written record, for replies without a body.</summary>
    public RecordId? Record { get; private init; }

    /// <summary>Whether an earlier attempt may have been executed.</summary>
    internal bool EarlierMayHaveRun { get; init; }

    /// <summary>The body to return on request where Salesforce sends none; otherwise <see langword="null"/>.</summary>
    /// <remarks>RFC 7240, <c>return=representation</c>.</remarks>
    internal byte[]? Representation => this switch
    {
        { Status: StatusCodes.Status204NoContent, Record: { } record } => JsonSerializer.SerializeToUtf8Bytes(
            new WrittenRecord(record.ToLongForm(), Success: true, Errors: []), SalesforceJson.Default.WrittenRecord),
        // For a record identified by an external id, Salesforce does not return the id.
        { Status: StatusCodes.Status204NoContent } => [.. """{"success":true,"errors":[]}"""u8],
        _ => null,
    };

    /// <summary>The headers of a reply with <see cref="Representation"/>.</summary>
    internal static IReadOnlyDictionary<string, string> RepresentationHeaders { get; } = new Dictionary<string, string>
    {
        ["Content-Type"] = JsonType,
        ["Preference-Applied"] = "return=representation",
    };

    internal ReplyBody Body { get; }

    /// <summary>The body of a call with <see cref="SalesforceRequest.ReadsWhole"/>; valid until the reply is disposed.</summary>
    internal ReadOnlyMemory<byte> Bytes => ((WholeBody)Body).Bytes;

    /// <summary>A successful reply without a body, for a record that is already deleted.</summary>
    internal static SalesforceReply AlreadyDone(RecordId? record) =>
        new(StatusCodes.Status204NoContent, [], StreamedBody.Empty) { Record = record };

    /// <summary>An operation that has not finished: it has saved its progress, and is to be continued after a pause.</summary>
    internal static SalesforceReply Unfinished(TimeSpan pause) =>
        new(StatusCodes.Status202Accepted, [], StreamedBody.Empty) { ContinueAfter = pause };

    /// <summary>When to continue; <see langword="null"/> if the operation has finished.</summary>
    internal TimeSpan? ContinueAfter { get; private init; }

    /// <summary>Creates the reply of several calls from a combined body.</summary>
    /// <param name="last">One of the calls' replies, for the org's used requests; <see langword="null"/> if all failed.</param>
    internal static SalesforceReply Merge(ReplyBody body, SalesforceReply? last) =>
        new(
            StatusCodes.Status200OK,
            [KeyValuePair.Create("Content-Type", JsonType), .. last?.Headers.Where(header => header.Key == ApiUsage.Header) ?? []],
            body);

    /// <summary>Creates the reply of several calls as an array of results.</summary>
    /// <param name="results">JSON values in UTF-8, at least one.</param>
    /// <inheritdoc cref="Merge(ReplyBody, SalesforceReply?)"/>
    internal static SalesforceReply Merge(IReadOnlyCollection<ReadOnlyMemory<byte>> results, SalesforceReply? last)
    {
        var body = new MemoryStream(results.Sum(result => result.Length + 1) + 1);
        var separator = (byte)'[';
        foreach (var result in results)
        {
            body.WriteByte(separator);
            body.Write(result.Span);
            separator = (byte)',';
        }

        body.WriteByte((byte)']');
        return Merge(StreamedBody.From(body.GetBuffer().AsMemory(0, (int)body.Length)), last);
    }

    /// <summary>Replaces body and headers. The new reply owns this one.</summary>
    internal SalesforceReply WithBody(ReplyBody body, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(_response, Status, [.. headers, .. Headers.Where(header => header.Key == ApiUsage.Header)], body);

    public void Dispose()
    {
        Body.Dispose();
        _response?.Dispose();
    }

    private static List<KeyValuePair<string, string>> Pass(HttpResponseMessage response)
    {
        var passed = new List<KeyValuePair<string, string>>(PassedHeaders.Length);
        foreach (var name in PassedHeaders)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values)
                || response.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                passed.Add(KeyValuePair.Create(name, values.ToString()));
            }
        }

        return passed;
    }
}
