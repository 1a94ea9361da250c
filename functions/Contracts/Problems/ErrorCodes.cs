namespace SalesforceConnector.Contracts.Problems;

/// <summary>The connector's own error codes, beside Salesforce's.</summary>
public static class ErrorCodes
{
    /// <summary>The body is not one JSON object in UTF-8.</summary>
    public const string InvalidJson = "INVALID_JSON";

    /// <summary>A member that the operation needs is missing or null.</summary>
    public const string MissingMember = "MISSING_MEMBER";

    /// <summary>The operation has no such member.</summary>
    public const string UnknownMember = "UNKNOWN_MEMBER";

    /// <summary>A member has a wrong type or a value that is not allowed.</summary>
    public const string InvalidMember = "INVALID_MEMBER";

    /// <summary>The payload is larger than <c>Salesforce__MaxPayloadBytes</c>.</summary>
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";

    /// <summary><c>baseUrl</c> is no configured org, so that there are no Key Vault credentials for it.</summary>
    public const string UnknownOrg = "UNKNOWN_ORG";

    /// <summary>An external id stands for several records (Salesforce's status 300).</summary>
    public const string AmbiguousExternalId = "AMBIGUOUS_EXTERNAL_ID";

    /// <summary>The login was refused, or a fresh token was.</summary>
    public const string AuthenticationFailed = "SALESFORCE_AUTHENTICATION_FAILED";

    /// <summary>Salesforce, or its login, could not be reached or was out of service; nothing was executed.</summary>
    public const string Unavailable = "SALESFORCE_UNAVAILABLE";

    /// <summary>Salesforce did not answer in time.</summary>
    public const string TimedOut = "SALESFORCE_TIMEOUT";

    /// <summary>The connection broke before the whole reply was there.</summary>
    public const string BrokenReply = "SALESFORCE_BROKEN_REPLY";

    /// <summary>The reply is not one of the REST API's: HTML, empty, a redirect.</summary>
    public const string UnexpectedReply = "SALESFORCE_UNEXPECTED_REPLY";

    /// <summary>An Apex class answered with a status of 400 or more and JSON of its own, which is in <c>response</c>.</summary>
    public const string ApexRefused = "APEX_REFUSED";

    /// <summary>The Key Vault has no such secret.</summary>
    public const string SecretNotFound = "SECRET_NOT_FOUND";

    /// <summary>The app's identity may not read the secret, or it is disabled.</summary>
    public const string SecretAccessDenied = "SECRET_ACCESS_DENIED";

    /// <summary>The Key Vault has no such signing key, or none that is enabled and has not expired.</summary>
    public const string SigningKeyNotFound = "SIGNING_KEY_NOT_FOUND";

    /// <summary>The app's identity may not sign with the key.</summary>
    public const string SigningKeyAccessDenied = "SIGNING_KEY_ACCESS_DENIED";

    /// <summary>The caller is not on the org's list of callers.</summary>
    public const string CallerNotAllowed = "CALLER_NOT_ALLOWED";

    /// <summary>The Key Vault did not answer.</summary>
    public const string KeyVaultUnavailable = "KEY_VAULT_UNAVAILABLE";

    /// <summary>The app is stopping; the request was not executed.</summary>
    public const string Stopping = "CONNECTOR_STOPPING";

    /// <summary>The connector holds as many bytes of payloads as it may at once; the request was not executed.</summary>
    public const string Busy = "CONNECTOR_BUSY";

    /// <summary>An attempt was begun and left without an end; it cannot be repeated, as it may have been carried out.</summary>
    public const string Abandoned = "ATTEMPT_ABANDONED";

    /// <summary>The message was given up by the Functions host, which had delivered it again and again.</summary>
    public const string Poisoned = "MESSAGE_POISONED";

    /// <summary>The correlation id, or idempotency key, was used for another operation or payload before.</summary>
    public const string CorrelationIdReused = "CORRELATION_ID_REUSED";

    /// <summary>There is no result under this correlation id, or no longer.</summary>
    public const string ResultNotFound = "RESULT_NOT_FOUND";

    /// <summary>A request with the same idempotency key is being carried out.</summary>
    public const string InProgress = "IN_PROGRESS";

    /// <summary>The invocation took longer than <c>Salesforce__InvocationTimeout</c>.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";

    /// <summary>Salesforce carried the operation out, and its reply could not be stored.</summary>
    public const string ResultNotStored = "RESULT_NOT_STORED";

    /// <summary>The storage of queues and results did not answer.</summary>
    public const string StorageUnavailable = "STORAGE_UNAVAILABLE";

    /// <summary>A header has a value that is not allowed.</summary>
    public const string InvalidHeader = "INVALID_HEADER";

    /// <summary>A fault in the connector.</summary>
    public const string Internal = "INTERNAL_ERROR";
}
