namespace SalesforceConnector.Salesforce.Bulk.Pages;

/// <summary>What a page of a query's results had.</summary>
/// <param name="Header">Identifies the header row, which all pages have in common; empty for a page without any.</param>
/// <param name="Rows">The number of rows without the header row.</param>
internal sealed record PageCopy(string Header, long Rows);
