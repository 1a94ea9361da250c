namespace SalesforceConnector.Operations.Queries;

/// <summary>The number of records in a query's pages differs from the size of its result.</summary>
internal sealed class IncompletePagesException(string message) : IOException(message);
