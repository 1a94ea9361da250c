using Microsoft.AspNetCore.Http;

namespace SalesforceConnector.Triggers.Http;

/// <summary>The end of the time that an invocation over HTTP has, the reply's last byte included.</summary>
/// <remarks>The Functions host ends the process, with all that runs in it, when an invocation takes longer than functionTimeout.</remarks>
internal static class Deadline
{
    /// <summary>Begins the invocation's time.</summary>
    /// <returns>Is cancelled when the time is over.</returns>
    public static CancellationToken Begin(HttpContext context, TimeSpan timeout, TimeProvider time)
    {
        var source = new CancellationTokenSource(timeout, time);
        context.Response.RegisterForDispose(source);
        context.Items[typeof(Deadline)] = source.Token;
        return source.Token;
    }

    /// <summary>The invocation's own, as it was begun.</summary>
    public static CancellationToken Get(HttpContext context) =>
        context.Items[typeof(Deadline)] is CancellationToken deadline ? deadline : CancellationToken.None;
}
