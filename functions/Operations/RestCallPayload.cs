using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Payloads.Requests;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Operations;

/// <summary>The common members of payloads whose caller composes the request itself.</summary>
public abstract record RestCallPayload : Payload
{
    [Field(Id = "request.method")]
    public required RequestMethod Method { get; init; }

    /// <summary>Parameters of the URL, by name.</summary>
    [Field(Id = "request.query", Hint = "Such as <code>{status: \"open\"}</code>.")]
    public QueryParameters? Query { get; init; }

    /// <summary>The body, any JSON; not with GET.</summary>
    [Field("Request body", Id = "request.body", Hint = "Any JSON, such as <code>{customer: customer.name}</code>. Not with GET.")]
    public RawJson? Body { get; init; }

    [Field(Id = "request.headers")]
    public RequestHeaders? Headers { get; init; }

    /// <summary>The path with its query, as it is sent.</summary>
    internal abstract string Url { get; }

    internal override void Validate()
    {
        base.Validate();
        if (Method.IsGet && Body is not null)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "body", "does not go with GET");
        }

        RestUrl.CheckLength(Url, Query is null ? "path" : "query");
    }
}
