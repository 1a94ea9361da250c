using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>What was written.</summary>
public sealed record WrittenRecordReply
{
    /// <summary>The record that was written.</summary>
    [Field("Record ID")]
    public required string Id { get; init; }

    /// <summary>True.</summary>
    public required bool Success { get; init; }

    /// <summary>Where an external id was given: whether the record is new.</summary>
    public bool Created { get; init; }

    /// <summary>Empty.</summary>
    public required IReadOnlyList<SalesforceErrorReply> Errors { get; init; }
}
