namespace SalesforceSimulator;

/// <summary>A request that the simulator received.</summary>
/// <param name="Path">The path as sent, not decoded.</param>
/// <param name="Query">The query as sent, not decoded, without the question mark; empty if there is none.</param>
/// <param name="Headers">The headers. Names are case-insensitive; multiple values are joined by commas.</param>
/// <param name="Body">The body as text, decompressed, cut at 64 KiB.</param>
public sealed record RecordedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);
