namespace SalesforceConnector.Salesforce.Events;

/// <summary>An event as JSON.</summary>
/// <param name="CreatedAt">When the change was committed, or the event published, if the event says so.</param>
/// <param name="ChangeOrigin">Of a change event: the API and the client that made the change.</param>
/// <param name="Payload">A JSON object in UTF-8.</param>
internal sealed record DecodedEvent(EventKind Kind, DateTimeOffset? CreatedAt, string? ChangeOrigin, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether the change was made by an API client of that name.</summary>
    /// <remarks>
    /// Change Data Capture Developer Guide, "Change Event Header Fields": <c>com/salesforce/api/rest/67.0;client=Name</c>. The name is the
    /// one in the header <c>Sforce-Call-Options</c> of the call.
    /// </remarks>
    public bool IsFrom(string client) => ChangeOrigin?.Split(';').Contains($"client={client}") == true;
}

internal enum EventKind
{
    /// <summary>A platform event.</summary>
    Event,

    /// <summary>A change of records, with the fields that changed.</summary>
    Change,

    /// <summary>A change of records that Salesforce cannot describe: the header only.</summary>
    Gap,

    /// <summary>More changes in one transaction than Salesforce describes: the header only, for all changes from here on.</summary>
    Overflow,
}
