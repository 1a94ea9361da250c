using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>What a caller must know of an HTTP function.</summary>
/// <param name="Methods">The methods it answers, in capitals; empty for any.</param>
/// <param name="Route">The whole route, prefix included: <c>/api/records/get</c>.</param>
/// <param name="Level">The key a caller must show.</param>
public sealed record HttpFunctionInfo(
    string Name, IReadOnlyList<string> Methods, string Route, AuthorizationLevel Level);
