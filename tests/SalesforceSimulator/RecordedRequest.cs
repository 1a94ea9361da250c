namespace SalesforceSimulator;

/// <summary>One request the simulator got.</summary>
/// <param name="Path">The path as sent, not decoded.</param>
/// <param name="Query">What follows the question mark as sent, not decoded; empty when there is none.</param>
/// <param name="Headers">The headers; names compare without case, several values are joined by commas.</param>
/// <param name="Body">The body as text, decompressed, cut at 64 KiB.</param>
public sealed record RecordedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);
