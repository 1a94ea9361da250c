using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>What is known of a message that is kept: a member of its envelope, set by the connector.</summary>
/// <param name="Operation">The operation from whose queue it came.</param>
/// <param name="ErrorCode">Why it was given up.</param>
public sealed record KeptNote(string Operation, string ErrorCode)
{
    /// <summary>A message as it is kept: without secrets, and with the note, if it is an envelope that has room for it.</summary>
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
