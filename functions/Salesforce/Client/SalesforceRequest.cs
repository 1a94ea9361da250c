using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>One request to the REST API or to an Apex class.</summary>
/// <param name="Path">The encoded path with its query: below <c>/services/data/{version}/</c>, or from the root if it starts with a slash.</param>
/// <param name="Body">JSON in UTF-8.</param>
public sealed record SalesforceRequest(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>
    /// Creates a streamed body, instead of <see cref="Body"/>, for each attempt. Such a request is limited only by the
    /// invocation's timeout, because its duration depends on the body.
    /// </summary>
    public Func<HttpContent>? Upload { get; init; }

    /// <summary>Additional headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether the request is a read.</summary>
    public bool IsRead { get; init; } = Method == HttpMethod.Get;

    /// <summary>
    /// Whether the request can be retried even if it may have been executed. Other requests are retried only if they were
    /// certainly not executed.
    /// </summary>
    public bool IsRepeatable { get => IsRead || field; init; }

    /// <summary>
    /// Whether the whole body is read before the call counts as successful, so that an incomplete one is retried. Otherwise
    /// only the first 64 KiB are.
    /// </summary>
    public bool ReadsWhole { get; init; }

    /// <summary>The allowed forms of a successful reply's body. Any other body makes the call fail.</summary>
    public ReplyForms Forms { get; init; } = ReplyForms.JsonObject;

    /// <summary>
    /// Whether an earlier attempt of the same write may have been executed. Failures of this call then have an unknown
    /// outcome.
    /// </summary>
    public bool EarlierMayHaveRun { get; init; }

    /// <summary>How to send a read whose URL is too long; <see langword="null"/> if it cannot be sent.</summary>
    internal CompositeRead? LongUrl { get; init; } = CompositeRead.InComposite;

    /// <summary>
    /// Whether an Apex class replies. It can use any status and any body, so an error body in another form than Salesforce's
    /// is the class's.
    /// </summary>
    public bool IsApex { get; init; }

    /// <summary>The id of the record to write, for replies without a body.</summary>
    public RecordId? Record { get; init; }

    /// <summary>Whether Salesforce can reply 304 Not Modified.</summary>
    internal bool IsConditional => Headers.Any(header =>
        header.Key.Equals(HeaderNames.IfModifiedSince, StringComparison.OrdinalIgnoreCase)
        || header.Key.Equals(HeaderNames.IfNoneMatch, StringComparison.OrdinalIgnoreCase));
}
