namespace SalesforceConnector.Salesforce;

/// <summary>One operation, whichever trigger it came by.</summary>
public interface IOperationHandler<in TPayload>
    where TPayload : Payload
{
    /// <returns>Salesforce's success; the caller disposes it.</returns>
    /// <exception cref="ConnectorException">Anything else.</exception>
    Task<SalesforceReply> HandleAsync(TPayload payload, OperationContext context, CancellationToken cancellationToken);
}

/// <summary>What an operation knows of its caller.</summary>
/// <param name="CorrelationId">The id of this one operation: the caller's own, wherever it gave one.</param>
/// <param name="EarlierAttempt">
/// Whether an attempt was made before that may have been carried out: no failure of this one says then that nothing was
/// done, and an upsert that meets a duplicate value is tried once more.
/// </param>
/// <param name="IsRetried">Whether the caller tries again later by itself, what can be tried again.</param>
public sealed record OperationContext(string CorrelationId, bool EarlierAttempt = false, bool IsRetried = false);
