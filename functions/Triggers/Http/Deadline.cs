using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Triggers.Http;

/// <summary>The timeout of an HTTP invocation, up to the last byte of its reply.</summary>
/// <remarks>If an invocation exceeds functionTimeout, the Functions host kills the process and all its other invocations.</remarks>
internal static class Deadline
{
    /// <summary>Starts the timeout.</summary>
    /// <returns>A token that is cancelled when the timeout expires.</returns>
    public static CancellationToken Begin(HttpContext context, TimeSpan timeout, TimeProvider time)
    {
        var source = new CancellationTokenSource(timeout, time);
        context.Response.RegisterForDispose(source);
        context.Items[typeof(Deadline)] = source.Token;
        return source.Token;
    }

    /// <summary>Gets the token of the invocation.</summary>
    public static CancellationToken Get(HttpContext context) =>
        context.Items[typeof(Deadline)] is CancellationToken deadline ? deadline : CancellationToken.None;
}
