using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>Checks the key of a request.</summary>
internal sealed class FunctionKeys(string? functionKey, string? masterKey)
{
    private readonly bool _asked = functionKey is not null || masterKey is not null;

    public bool Open(AuthorizationLevel level, HttpRequest request)
    {
        if (!_asked || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var key = KeyOf(request);
        return !string.IsNullOrEmpty(key)
            && (key == masterKey || (key == functionKey && level == AuthorizationLevel.Function));
    }

    /// <remarks>If the header exists, the query is ignored.</remarks>
    private static string? KeyOf(HttpRequest request) =>
        request.Headers.TryGetValue("x-functions-key", out var header) ? header[0] : request.Query["code"].FirstOrDefault();
}
