namespace SalesforceSimulator.Requests;

/// <summary>
/// The simulator does not know Salesforce's reply. Its own reply has a status and a text that cannot be mistaken for
/// Salesforce's.
/// </summary>
/// <param name="what">What is not known, to continue "The simulator does not know …".</param>
internal sealed class NotKnownException(string what) : Exception($"The simulator does not know {what}.");
