using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>How to call an HTTP function.</summary>
/// <param name="Methods">The supported methods in capitals; empty for all.</param>
/// <param name="Route">The complete route with its prefix: <c>/api/records/get</c>.</param>
/// <param name="Level">The required key.</param>
public sealed record HttpFunctionInfo(
    string Name, IReadOnlyList<string> Methods, string Route, AuthorizationLevel Level);
