using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LocalHost;

/// <summary>Shortens the extension's fixed lease of ten minutes, so that messages of a killed host are redelivered soon.</summary>
/// <remarks>The extension renews leases after five minutes. A function that runs longer than a shorter lease can run twice.</remarks>
internal sealed class ShorterLease(TimeSpan lease) : HttpPipelineSynchronousPolicy
{
    private const string TenMinutes = "visibilitytimeout=600";

    public override void OnSendingRequest(HttpMessage message)
    {
        var uri = message.Request.Uri;
        if (uri.Query.Contains(TenMinutes, StringComparison.Ordinal))
        {
            uri.Query = uri.Query.Replace(
                TenMinutes, string.Create(CultureInfo.InvariantCulture, $"visibilitytimeout={Math.Ceiling(lease.TotalSeconds)}"), StringComparison.Ordinal);
        }
    }
}
