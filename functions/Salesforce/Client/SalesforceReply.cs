using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>A success of Salesforce's, on its way to the caller: status, headers and body as they came.</summary>
public sealed class SalesforceReply : IDisposable
{
    internal const string JsonType = "application/json;charset=UTF-8";

    private static readonly string[] PassedHeaders = ["Content-Type", "Location", "ETag", "Last-Modified", LimitInfoHeader];

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

    /// <summary>A success that is made here, of what Salesforce said before.</summary>
    internal static SalesforceReply From(int status, IReadOnlyList<KeyValuePair<string, string>> headers, ReplyBody body) =>
        new(status, headers, body);

    /// <summary>How much of the org's daily requests is used: <c>api-usage=18/5000</c>.</summary>
    internal const string LimitInfoHeader = "Sforce-Limit-Info";

    private const string WarningHeader = "warning";

    public int Status { get; }

    /// <summary>The headers that mean something to the caller; what the body has to say of itself is among them once it has been written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        Body.Warning is { } warning ? [.. field, KeyValuePair.Create(WarningHeader, warning)] : field;

    /// <summary>The type of the body, without parameters; <see langword="null"/> if Salesforce does not tell it.</summary>
    internal string? MediaType => Headers.FirstOrDefault(header => header.Key == "Content-Type").Value?.Split(';')[0].Trim();

    /// <summary>The record that was written, where the reply has no body to say it.</summary>
    public RecordId? Record { get; private init; }

    /// <summary>Whether an attempt before the one that was answered may have been carried out.</summary>
    internal bool EarlierMayHaveRun { get; init; }

    /// <summary>A body for who prefers one where Salesforce sends none; <see langword="null"/> elsewhere.</summary>
    /// <remarks>RFC 7240, <c>return=representation</c>.</remarks>
    internal byte[]? Representation => this switch
    {
        { Status: StatusCodes.Status204NoContent, Record: { } record } => JsonSerializer.SerializeToUtf8Bytes(
            new WrittenRecord(record.ToLongForm(), Success: true, Errors: []), SalesforceJson.Default.WrittenRecord),
        // A record that was named by an external id: Salesforce does not say which one it was.
        { Status: StatusCodes.Status204NoContent } => [.. """{"success":true,"errors":[]}"""u8],
        _ => null,
    };

    /// <summary>The headers that go with <see cref="Representation"/>.</summary>
    internal static IReadOnlyDictionary<string, string> RepresentationHeaders { get; } = new Dictionary<string, string>
    {
        ["Content-Type"] = JsonType,
        ["Preference-Applied"] = "return=representation",
    };

    internal ReplyBody Body { get; }

    /// <summary>The body of a call that was made to read it whole; good until the reply is disposed.</summary>
    internal ReadOnlyMemory<byte> Bytes => ((WholeBody)Body).Bytes;

    /// <summary>A success without a body that Salesforce did not say: the record is gone already.</summary>
    internal static SalesforceReply AlreadyDone(RecordId? record) =>
        new(StatusCodes.Status204NoContent, [], StreamedBody.Empty) { Record = record };

    /// <summary>The success of several calls: a body made of theirs.</summary>
    /// <param name="last">One of them, that says how many requests the org has left; <see langword="null"/> if none was a success.</param>
    internal static SalesforceReply Merge(ReplyBody body, SalesforceReply? last) =>
        new(
            StatusCodes.Status200OK,
            [KeyValuePair.Create("Content-Type", JsonType), .. last?.Headers.Where(header => header.Key == LimitInfoHeader) ?? []],
            body);

    /// <summary>The success of several calls: an array of their results.</summary>
    /// <param name="results">Each a JSON value in UTF-8; at least one.</param>
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

    /// <summary>The same success with another body, made of this one's, and other headers; it takes this one's place.</summary>
    internal SalesforceReply WithBody(ReplyBody body, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(_response, Status, [.. headers, .. Headers.Where(header => header.Key == LimitInfoHeader)], body);

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
