using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>A call to Salesforce failed.</summary>
internal sealed class SalesforceException(Problem problem, CallFailure failure, Exception? innerException = null)
    : ConnectorException(problem, innerException)
{
    public CallFailure Failure { get; } = failure;
}

/// <summary>Whether a failed call can be retried.</summary>
internal enum CallFailure
{
    /// <summary>Salesforce would reject the same request again: not retried.</summary>
    Refused,

    /// <summary>Salesforce rejected the access token: retried once with a new one.</summary>
    SessionInvalid,

    /// <summary>The request was not executed: any request can be retried.</summary>
    NotExecuted,

    /// <summary>Whether the request was executed is unknown: only repeatable requests can be retried.</summary>
    NoAnswer,
}
