namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Errors of one code.</summary>
public sealed record RowErrors
{
    /// <summary>Salesforce's code, such as <c>REQUIRED_FIELD_MISSING</c>.</summary>
    public required string ErrorCode { get; init; }

    /// <summary>The number of rows with it.</summary>
    public required long Count { get; set; }

    /// <summary>The message of the first one.</summary>
    public required string Message { get; init; }
}
