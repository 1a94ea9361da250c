namespace SalesforceSimulator.Requests;

/// <summary>
/// The simulator does not know what Salesforce would answer, and says so with a status and a text that no client can take
/// for Salesforce's.
/// </summary>
/// <param name="what">What it does not know, completing "The simulator does not know …".</param>
internal sealed class NotKnownException(string what) : Exception($"The simulator does not know {what}.");
