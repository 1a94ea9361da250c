using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>A call failed at Salesforce, or on the way there or back.</summary>
internal sealed class SalesforceException(Problem problem, CallFailure failure, Exception? innerException = null)
    : ConnectorException(problem, innerException)
{
    public CallFailure Failure { get; } = failure;
}

/// <summary>What a failure means for the attempts that may follow inside the call.</summary>
internal enum CallFailure
{
    /// <summary>The same request would be refused again.</summary>
    Refused,

    /// <summary>The session has ended, or the token is refused for another reason: a new login may help.</summary>
    SessionInvalid,

    /// <summary>Certainly not executed, and may be taken in a moment: any request may be sent again.</summary>
    NotExecuted,

    /// <summary>Executed or not, nobody knows: a read may be sent again.</summary>
    NoAnswer,
}
