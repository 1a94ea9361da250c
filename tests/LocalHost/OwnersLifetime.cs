using Microsoft.Extensions.Hosting;

namespace LocalHost;

/// <summary>Leaves Ctrl+C to the process: a host here ends when its owner disposes of it.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
