using Microsoft.Extensions.Hosting;

namespace Benchmarks.Peers;

/// <summary>A peer ends with its input; signals are its starter's.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
