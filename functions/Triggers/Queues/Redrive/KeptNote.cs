using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>Why a message is on the poison queue. The connector adds it to the envelope.</summary>
/// <param name="Operation">The operation from whose queue the message came.</param>
/// <param name="ErrorCode">The error that the message failed with.</param>
public sealed record KeptNote(string Operation, string ErrorCode)
{
    /// <summary>Redacts a message's secrets, and adds the note if the message is an envelope with enough room.</summary>
    public static string Add(string message, string operation, string errorCode)
    {
        var text = KeptSecrets.Remove(message);
        try
        {
            var noted = (Envelope.Parse(text) with { Kept = new KeptNote(operation, errorCode) }).ToMessage();
            return MessageText.Fits(noted) ? noted : text;
        }
        catch (InvalidPayloadException)
        {
            return text;
        }
    }
}
