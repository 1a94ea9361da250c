using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>The state of one call on its way through the HTTP handlers.</summary>
internal sealed class SalesforceCall(CallTarget target, SalesforceRequest request, bool isComposite)
{
    public static readonly HttpRequestOptionsKey<SalesforceCall> Key = new(nameof(SalesforceCall));

    public CallTarget Target { get; } = target;

    /// <inheritdoc cref="SalesforceRequest.IsRead"/>
    public bool IsRead => request.IsRead;

    /// <inheritdoc cref="SalesforceRequest.IsRepeatable"/>
    public bool IsRepeatable => request.IsRepeatable;

    /// <inheritdoc cref="SalesforceRequest.ReadsWhole"/>
    public bool ReadsWhole => request.ReadsWhole;

    /// <summary>Whether its body is streamed.</summary>
    public bool IsUpload => request.Upload is not null;

    /// <inheritdoc cref="SalesforceRequest.IsConditional"/>
    public bool IsConditional => request.IsConditional;

    /// <inheritdoc cref="SalesforceRequest.IsApex"/>
    public bool IsApex => request.IsApex;

    /// <inheritdoc cref="SalesforceRequest.Forms"/>
    public ReplyForms Forms => request.Forms;

    /// <summary>The request that this one travels in as its one subrequest; <see langword="null"/> if it goes alone.</summary>
    public CompositeRead? Around => isComposite ? request.LongUrl : null;

    /// <summary>Whether Salesforce may have executed the call: it was sent, and no reply says otherwise.</summary>
    public bool MayHaveRun { get; set; }

    /// <summary>Whether that is so of an attempt before the current one.</summary>
    public bool EarlierMayHaveRun { get; set; } = request.EarlierMayHaveRun;

    /// <summary>Whether that matters: a write whose outcome nobody knows.</summary>
    public bool OutcomeUnknown => MayHaveRun && !IsRead;

    /// <summary>The status of the successful reply.</summary>
    public int Status { get; set; }

    /// <summary>The body of the successful reply.</summary>
    public ReplyBody? Body { get; set; }

    public static SalesforceCall Get(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var call)
            ? call
            : throw new InvalidOperationException("The request was not made by SalesforceClient.");
}
