namespace SalesforceConnector.Salesforce;

/// <summary>A success of Salesforce's, on its way to the caller: status, headers and body as they came.</summary>
public sealed class SalesforceReply : IDisposable
{
    private static readonly string[] PassedHeaders = ["Content-Type", "Location", "ETag", "Last-Modified", "Sforce-Limit-Info"];

    private readonly HttpResponseMessage _response;

    internal SalesforceReply(HttpResponseMessage response, ReplyBody body, RecordId? record)
    {
        _response = response;
        Body = body;
        Record = record;
    }

    public int Status => (int)_response.StatusCode;

    /// <summary>The headers that mean something to the caller.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers =>
        from name in PassedHeaders
        let values = _response.Headers.NonValidated.TryGetValues(name, out var own) ? own
            : _response.Content.Headers.NonValidated.TryGetValues(name, out var contents) ? contents
            : default
        where values.Count > 0
        select KeyValuePair.Create(name, string.Join(", ", values));

    /// <summary>The record that was written, where the reply has no body to say it.</summary>
    public RecordId? Record { get; }

    internal ReplyBody Body { get; }

    public void Dispose() => _response.Dispose();
}
