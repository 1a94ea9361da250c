namespace SalesforceConnector.Operations.Queries;

/// <summary>The pages of a query have not as many records as its result should have.</summary>
internal sealed class IncompletePagesException(string message) : IOException(message);
