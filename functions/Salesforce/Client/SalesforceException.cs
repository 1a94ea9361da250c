using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>A call to Salesforce failed.</summary>
internal sealed class SalesforceException(Problem problem, CallFailure failure, Exception? innerException = null)
    : ConnectorException(problem, innerException)
{
    public CallFailure Failure { get; } = failure;
}
