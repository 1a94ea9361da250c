namespace SalesforceConnector.Queues;

/// <summary>One message, while it is being processed.</summary>
/// <param name="Attempts">With the one that is being made.</param>
/// <param name="PoisonMessageId">Set when the message is kept on the poison queue.</param>
internal sealed record Delivery(
    string Operation, string Message, Envelope Envelope, Attempts Attempts, string? PoisonMessageId = null)
{
    /// <summary>What the result says whatever became of the operation; status and time are yet to come.</summary>
    public ResultMessage Result => new()
    {
        CorrelationId = Envelope.CorrelationId,
        Operation = Operation,
        Attempts = Attempts.Made,
        PoisonMessageId = PoisonMessageId,
    };
}
