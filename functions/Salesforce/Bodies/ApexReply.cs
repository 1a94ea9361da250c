namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>What is particular to the replies of Apex classes.</summary>
internal static class ApexReply
{
    /// <summary>What is said of a reply that <see cref="IsCutOff"/>.</summary>
    public const string CutOff = "The Apex class's reply was too large for Salesforce, which cut it off and added {\"status\":\"some error occurred\"}";

    private static ReadOnlySpan<byte> Mark => "{\"status\":\"some error occurred\"}"u8;

    /// <summary>
    /// Whether Salesforce gave up in the middle of a reply whose status of success was already sent: when the heap is used up,
    /// it ends the body wherever it is, by a mark.
    /// </summary>
    public static bool IsCutOff(ReadOnlySpan<byte> body) => body.TrimEnd(" \t\r\n"u8).EndsWith(Mark);
}
