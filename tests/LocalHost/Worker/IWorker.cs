namespace LocalHost;

/// <summary>A running worker. Disposing it ends it immediately.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>The URL of its web server, if it differs from the one that it reports.</summary>
    Uri? HttpUri { get; }

    /// <summary>Completes when the worker ends.</summary>
    Task Ended { get; }

    /// <summary>The worker's last output, for an error about its end; can be empty.</summary>
    string LastWords { get; }
}

/// <summary>Starts a worker that connects to a gateway.</summary>
/// <param name="gateway">The address of the gRPC server.</param>
/// <param name="workerId">The id that the worker sends to the gateway.</param>
/// <param name="settings">The app settings, with <c>__</c> between sections.</param>
public delegate Task<IWorker> StartWorker(
    Uri gateway, string workerId, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken);
