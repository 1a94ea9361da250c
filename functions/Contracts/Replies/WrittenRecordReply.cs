using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>The written record.</summary>
public sealed record WrittenRecordReply
{
    /// <summary>The id of the written record.</summary>
    [Field("Record ID")]
    public required string Id { get; init; }

    /// <summary>Always true.</summary>
    public required bool Success { get; init; }

    /// <summary>With an external id: whether the record was created.</summary>
    public bool Created { get; init; }

    /// <summary>Always empty.</summary>
    public required IReadOnlyList<SalesforceErrorReply> Errors { get; init; }
}
