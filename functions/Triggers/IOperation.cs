using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers;

/// <summary>An operation, independent of its trigger.</summary>
public interface IOperation<in TPayload>
    where TPayload : Payload
{
    /// <summary>The operation's name in logs and results: the name of its class.</summary>
    string Name => GetType().Name;

    /// <returns>Salesforce's successful reply. The caller disposes it.</returns>
    /// <exception cref="ConnectorException">The operation failed.</exception>
    Task<SalesforceReply> ExecuteAsync(TPayload payload, OperationContext context, CancellationToken cancellationToken);
}

/// <summary>The context of an execution.</summary>
/// <param name="CorrelationId">The id of this operation: the caller's, if it sent one.</param>
/// <param name="EarlierAttempt">
/// Whether an earlier attempt may have been executed. A failure of this attempt then does not mean that nothing was done,
/// and an upsert that fails with a duplicate value is retried once.
/// </param>
/// <param name="IsRetried">Whether the caller retries retryable failures.</param>
public sealed record OperationContext(string CorrelationId, bool EarlierAttempt = false, bool IsRetried = false)
{
    /// <summary>Where an operation that takes several attempts saves its progress.</summary>
    public OperationProgress Progress { get; init; } = OperationProgress.None;
}
