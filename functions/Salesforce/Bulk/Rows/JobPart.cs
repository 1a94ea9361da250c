namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>The rows that went into one job.</summary>
/// <param name="Next">Where in the source the rows of the next job begin.</param>
/// <param name="Rows">The number of rows, without the header row.</param>
/// <param name="IsLast">Whether the source has no more rows.</param>
internal sealed record JobPart(long Next, long Rows, bool IsLast);
