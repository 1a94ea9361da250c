using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers;

/// <summary>One operation, whichever trigger it came by.</summary>
public interface IOperation<in TPayload>
    where TPayload : Payload
{
    /// <summary>The operation's name, in the log and in results: that of its class.</summary>
    string Name => GetType().Name;

    /// <returns>Salesforce's success; the caller disposes it.</returns>
    /// <exception cref="ConnectorException">Anything else.</exception>
    Task<SalesforceReply> ExecuteAsync(TPayload payload, OperationContext context, CancellationToken cancellationToken);
}

/// <summary>What an operation knows of its caller.</summary>
/// <param name="CorrelationId">The id of this one operation: the caller's own, wherever it gave one.</param>
/// <param name="EarlierAttempt">
/// Whether an attempt was made before that may have been carried out: no failure of this one says then that nothing was
/// done, and an upsert that meets a duplicate value is tried once more.
/// </param>
/// <param name="IsRetried">Whether the caller tries again later by itself, what can be tried again.</param>
public sealed record OperationContext(string CorrelationId, bool EarlierAttempt = false, bool IsRetried = false);
