using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>One call of the REST API, or of an Apex class.</summary>
/// <param name="Path">Under <c>/services/data/{version}/</c>, or from the host's root if it begins with a slash; encoded, with its query.</param>
/// <param name="Body">JSON in UTF-8, sent as it is.</param>
public sealed record SalesforceRequest(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>
    /// Makes a body that is streamed, in place of <see cref="Body"/>; it can be sent again. Only the time of the whole
    /// invocation limits such a request, as it takes as long as its body is.
    /// </summary>
    public Func<HttpContent>? Upload { get; init; }

    /// <summary>Headers beside those of every call.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether it changes nothing.</summary>
    public bool IsRead { get; init; } = Method == HttpMethod.Get;

    /// <summary>
    /// Whether it may be sent again whatever became of it, as a read may. Anything else is sent again only if Salesforce
    /// says that it was not executed.
    /// </summary>
    public bool IsRepeatable { get => IsRead || field; init; }

    /// <summary>
    /// Whether the whole body is read before the call counts as a success, so that one that breaks off is tried again as
    /// any other failure is; else its first 64 KiB.
    /// </summary>
    public bool ReadsWhole { get; init; }

    /// <summary>What the body of a success may be; a reply with anything else is no success.</summary>
    public ReplyForms Forms { get; init; } = ReplyForms.JsonObject;

    /// <summary>
    /// Whether an attempt at the same write was made before this call, and may have been carried out: no failure of this
    /// call may say otherwise then.
    /// </summary>
    public bool EarlierMayHaveRun { get; init; }

    /// <summary>How a read is made whose URL is too long; <see langword="null"/> where there is no other way.</summary>
    internal CompositeRead? LongUrl { get; init; } = CompositeRead.InComposite;

    /// <summary>
    /// Whether an Apex class answers, which may use any status and any body: a refusal that is not in Salesforce's form is the
    /// class's own.
    /// </summary>
    public bool IsApex { get; init; }

    /// <summary>The record that is written, where Salesforce's reply has no body to say it.</summary>
    public RecordId? Record { get; init; }

    /// <summary>Whether Salesforce may answer that nothing has changed (304).</summary>
    internal bool IsConditional => Headers.Any(header =>
        header.Key.Equals(HeaderNames.IfModifiedSince, StringComparison.OrdinalIgnoreCase)
        || header.Key.Equals(HeaderNames.IfNoneMatch, StringComparison.OrdinalIgnoreCase));
}
