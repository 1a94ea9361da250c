using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>Does not handle Ctrl+C: the owner stops the host by disposing it.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
