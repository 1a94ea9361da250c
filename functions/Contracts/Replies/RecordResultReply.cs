using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>The result of one of several records.</summary>
[Field("Result")]
public sealed record RecordResultReply
{
    /// <summary>The id of the record, if it was written.</summary>
    [Field("Record ID")]
    public string? Id { get; init; }

    /// <summary>Whether the record was written.</summary>
    public required bool Success { get; init; }

    /// <summary>For an upsert: whether the record was created.</summary>
    public bool Created { get; init; }

    /// <summary>Why the record was not written. The error code is in <c>statusCode</c>.</summary>
    public required IReadOnlyList<SalesforceErrorReply> Errors { get; init; }

    /// <summary>True if Salesforce may have written the record.</summary>
    public bool OutcomeUnknown { get; init; }
}
