using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LocalHost;

/// <summary>Hides messages for less than the ten minutes that the extension has built in, so that those of a killed host come back soon.</summary>
/// <remarks>The extension renews at five minutes: a function that runs longer than the lease may run twice.</remarks>
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
