using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>A record: attributes, then the fields that were asked for.</summary>
/// <remarks>Replies are passed on unread; their forms are for the OpenAPI documents (<see cref="ReplyAttribute.Body"/>).</remarks>
public sealed record RecordReply
{
    /// <summary>Type and URL of the record.</summary>
    public RecordAttributesReply? Attributes { get; init; }
}

/// <summary>Type and URL of a record.</summary>
public sealed record RecordAttributesReply
{
    /// <summary>The record's sObject.</summary>
    public string? Type { get; init; }

    /// <summary>Where the record is in the REST API.</summary>
    [Field("URL")]
    public string? Url { get; init; }
}
