namespace SalesforceConnector.Contracts.Problems;

/// <summary>The connector's own error codes; Salesforce's codes are passed on unchanged.</summary>
public static class ErrorCodes
{
    /// <summary>The body is not a single JSON object in UTF-8.</summary>
    public const string InvalidJson = "INVALID_JSON";

    /// <summary>A required member is missing or null.</summary>
    public const string MissingMember = "MISSING_MEMBER";

    /// <summary>The operation does not know this member.</summary>
    public const string UnknownMember = "UNKNOWN_MEMBER";

    /// <summary>A member has the wrong type or an invalid value.</summary>
    public const string InvalidMember = "INVALID_MEMBER";

    /// <summary>The payload is larger than <c>Salesforce__MaxPayloadBytes</c>.</summary>
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";

    /// <summary><c>baseUrl</c> is not a configured org, so there are no credentials for it in Key Vault.</summary>
    public const string UnknownOrg = "UNKNOWN_ORG";

    /// <summary>An external id matches several records (Salesforce's status 300).</summary>
    public const string AmbiguousExternalId = "AMBIGUOUS_EXTERNAL_ID";

    /// <summary>Salesforce rejected the login or a new access token.</summary>
    public const string AuthenticationFailed = "SALESFORCE_AUTHENTICATION_FAILED";

    /// <summary>Salesforce or its login service is unreachable or unavailable; nothing was executed.</summary>
    public const string Unavailable = "SALESFORCE_UNAVAILABLE";

    /// <summary>Salesforce did not respond in time.</summary>
    public const string TimedOut = "SALESFORCE_TIMEOUT";

    /// <summary>The connection failed before the reply was complete.</summary>
    public const string BrokenReply = "SALESFORCE_BROKEN_REPLY";

    /// <summary>The reply is not a REST API reply: HTML, empty or a redirect.</summary>
    public const string UnexpectedReply = "SALESFORCE_UNEXPECTED_REPLY";

    /// <summary>An Apex class replied with status 400 or above and its own JSON, which is in <c>response</c>.</summary>
    public const string ApexRefused = "APEX_REFUSED";

    /// <summary>The Key Vault does not contain this secret.</summary>
    public const string SecretNotFound = "SECRET_NOT_FOUND";

    /// <summary>The app's identity has no permission to read the secret, or the secret is disabled.</summary>
    public const string SecretAccessDenied = "SECRET_ACCESS_DENIED";

    /// <summary>The Key Vault has no such signing key, or none that is enabled and has not expired.</summary>
    public const string SigningKeyNotFound = "SIGNING_KEY_NOT_FOUND";

    /// <summary>The app's identity may not sign with the key.</summary>
    public const string SigningKeyAccessDenied = "SIGNING_KEY_ACCESS_DENIED";

    /// <summary>The caller is not on the org's list of callers.</summary>
    public const string CallerNotAllowed = "CALLER_NOT_ALLOWED";

    /// <summary>The Key Vault refused a request of the app, such as a signature by a key that is not RSA.</summary>
    public const string KeyVaultRefused = "KEY_VAULT_REFUSED";

    /// <summary>The Key Vault is not available.</summary>
    public const string KeyVaultUnavailable = "KEY_VAULT_UNAVAILABLE";

    /// <summary>The app is shutting down; the request was not executed.</summary>
    public const string Stopping = "CONNECTOR_STOPPING";

    /// <summary>The payloads in memory have reached the connector's limit; the request was not executed.</summary>
    public const string Busy = "CONNECTOR_BUSY";

    /// <summary>An attempt started but did not finish. It is not retried, because it may have been executed.</summary>
    public const string Abandoned = "ATTEMPT_ABANDONED";

    /// <summary>The Functions host moved the message to the poison queue after repeated failed deliveries.</summary>
    public const string Poisoned = "MESSAGE_POISONED";

    /// <summary>The correlation id or idempotency key was already used for another operation or payload.</summary>
    public const string CorrelationIdReused = "CORRELATION_ID_REUSED";

    /// <summary>There is no result under this correlation id, or it has expired.</summary>
    public const string ResultNotFound = "RESULT_NOT_FOUND";

    /// <summary>A request with the same idempotency key is in progress.</summary>
    public const string InProgress = "IN_PROGRESS";

    /// <summary>The invocation took longer than <c>Salesforce__InvocationTimeout</c>.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";

    /// <summary>Salesforce executed the operation, but its reply could not be stored.</summary>
    public const string ResultNotStored = "RESULT_NOT_STORED";

    /// <summary>The storage of queues and results is not available.</summary>
    public const string StorageUnavailable = "STORAGE_UNAVAILABLE";

    /// <summary>Salesforce failed a bulk job as a whole, such as for a column that is no field. The counts are in <c>response</c>.</summary>
    public const string BulkJobFailed = "BULK_JOB_FAILED";

    /// <summary>A bulk job was aborted, by a person or because it took longer than <c>Bulk__JobTimeout</c>. The counts are in <c>response</c>.</summary>
    public const string BulkJobAborted = "BULK_JOB_ABORTED";

    /// <summary>
    /// The written, failed and unprocessed rows of bulk jobs are not as many as were sent, or the pages of a bulk query have
    /// another number of rows than its job. The counts are in <c>response</c>.
    /// </summary>
    public const string BulkCountsDiffer = "BULK_COUNTS_DIFFER";

    /// <summary>The job of a bulk query, or its results, are not in Salesforce any more.</summary>
    public const string BulkResultsGone = "BULK_RESULTS_GONE";

    /// <summary>The results of a bulk query do not fit in one blob.</summary>
    public const string BulkResultsTooLarge = "BULK_RESULTS_TOO_LARGE";

    /// <summary>A header has an invalid value.</summary>
    public const string InvalidHeader = "INVALID_HEADER";

    /// <summary>An unexpected error in the connector.</summary>
    public const string Internal = "INTERNAL_ERROR";
}
