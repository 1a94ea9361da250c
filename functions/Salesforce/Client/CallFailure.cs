namespace SalesforceConnector.Salesforce.Client;

/// <summary>Whether a failed call can be retried.</summary>
internal enum CallFailure
{
    /// <summary>Salesforce would reject the same request again: not retried.</summary>
    Refused,

    /// <summary>Salesforce rejected the access token: retried with a new one, and once more if that was a shared one.</summary>
    SessionInvalid,

    /// <summary>The request was not executed: any request can be retried.</summary>
    NotExecuted,

    /// <summary>Whether the request was executed is unknown: only repeatable requests can be retried.</summary>
    NoAnswer,
}
