using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LocalHost;

/// <summary>Lets a function move the worker's body limit, but never past the host's in front of it.</summary>
internal sealed class HostBodyLimit(IHttpMaxRequestBodySizeFeature worker) : IHttpMaxRequestBodySizeFeature
{
    private const long Bytes = 104_857_600;

    public bool IsReadOnly => worker.IsReadOnly;

    public long? MaxRequestBodySize
    {
        get => worker.MaxRequestBodySize;
        set => worker.MaxRequestBodySize = Math.Min(value ?? Bytes, Bytes);
    }

    /// <exception cref="BadHttpRequestException">The body says that it is over the host's limit.</exception>
    public static void Apply(HttpContext context)
    {
        if (context.Request.ContentLength > Bytes)
        {
            throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
        }

        var worker = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(new HostBodyLimit(worker)
        {
            // The app may have raised its Kestrel's limit past the host's.
            MaxRequestBodySize = worker.MaxRequestBodySize,
        });
    }
}
