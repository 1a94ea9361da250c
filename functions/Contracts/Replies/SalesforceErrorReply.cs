namespace SalesforceConnector.Contracts.Replies;

/// <summary>One error, in Salesforce's form.</summary>
public sealed record SalesforceErrorReply
{
    /// <summary>What is wrong, in words.</summary>
    public string? Message { get; init; }

    /// <summary>Its code.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Its code, where Salesforce names it so.</summary>
    public string? StatusCode { get; init; }

    /// <summary>The fields, or members of the payload, that it is about.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}
