namespace SalesforceConnector.Salesforce;

/// <summary>One call of the REST API.</summary>
/// <param name="Path">Under <c>/services/data/{version}/</c>, encoded, with its query.</param>
/// <param name="Body">JSON in UTF-8, sent as it is.</param>
/// <remarks>
/// A GET may be sent again whatever became of it. Anything else is sent again only if Salesforce says that it was not
/// executed.
/// </remarks>
public sealed record SalesforceRequest(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body = default)
{
    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>The record that is written, where Salesforce's reply has no body to say it.</summary>
    public RecordId? Record { get; init; }
}
