using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>What became of a record out of many.</summary>
[Field("Result")]
public sealed record RecordResultReply
{
    /// <summary>The record, if it was written.</summary>
    [Field("Record ID")]
    public string? Id { get; init; }

    /// <summary>Whether it was.</summary>
    public required bool Success { get; init; }

    /// <summary>Of an upsert: whether the record is new.</summary>
    public bool Created { get; init; }

    /// <summary>Why it was not; the code is in <c>statusCode</c>.</summary>
    public required IReadOnlyList<SalesforceErrorReply> Errors { get; init; }

    /// <summary>True when Salesforce may or may not have written it.</summary>
    public bool OutcomeUnknown { get; init; }
}
