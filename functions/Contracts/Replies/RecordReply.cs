using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>A record: its attributes and the requested fields.</summary>
/// <remarks>Replies are passed on unparsed. Their types only describe them in the OpenAPI documents (<see cref="ReplyAttribute.Body"/>).</remarks>
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

    /// <summary>The record's path in the REST API.</summary>
    [Field("URL")]
    public string? Url { get; init; }
}
