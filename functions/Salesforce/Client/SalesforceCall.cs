using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>The state of one call in the HTTP handlers.</summary>
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

    /// <summary>Whether the request body is streamed.</summary>
    public bool IsUpload => request.Upload is not null;

    /// <inheritdoc cref="SalesforceRequest.IsConditional"/>
    public bool IsConditional => request.IsConditional;

    /// <inheritdoc cref="SalesforceRequest.IsApex"/>
    public bool IsApex => request.IsApex;

    /// <inheritdoc cref="SalesforceRequest.Forms"/>
    public ReplyForms Forms => request.Forms;

    /// <summary>The composite request that contains this call; <see langword="null"/> if it is sent directly.</summary>
    public CompositeRead? Around => isComposite ? request.LongUrl : null;

    /// <summary>Whether Salesforce may have executed the call: it was sent, and no reply has confirmed that it was not executed.</summary>
    public bool MayHaveRun { get; set; }

    /// <summary>Whether Salesforce may have executed an earlier attempt.</summary>
    public bool EarlierMayHaveRun { get; set; } = request.EarlierMayHaveRun;

    /// <summary>Whether the call is a write that may have been executed.</summary>
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
