namespace SalesforceConnector.Salesforce;

/// <summary>One call of the REST API.</summary>
/// <param name="Path">Under <c>/services/data/{version}/</c>, encoded, with its query.</param>
/// <param name="Body">JSON in UTF-8, sent as it is.</param>
public sealed record SalesforceRequest(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>Whether it changes nothing.</summary>
    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>
    /// Whether it may be sent again whatever became of it, as a read may. Anything else is sent again only if Salesforce
    /// says that it was not executed.
    /// </summary>
    public bool IsRepeatable { get; init; } = Method == HttpMethod.Get;

    /// <summary>The record that is written, where Salesforce's reply has no body to say it.</summary>
    public RecordId? Record { get; init; }
}
