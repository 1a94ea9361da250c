namespace SalesforceConnector.Contracts.Replies;

/// <summary>An error, in Salesforce's form.</summary>
public sealed record SalesforceErrorReply
{
    /// <summary>The error message.</summary>
    public string? Message { get; init; }

    /// <summary>The error code.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error code in results of single records.</summary>
    public string? StatusCode { get; init; }

    /// <summary>The affected fields, or members of the payload.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}
