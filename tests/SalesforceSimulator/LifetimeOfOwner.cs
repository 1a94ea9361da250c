using Microsoft.Extensions.Hosting;

namespace SalesforceSimulator;

/// <summary>Does not handle Ctrl+C or process exit: the owner stops the simulator.</summary>
internal sealed class LifetimeOfOwner : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
