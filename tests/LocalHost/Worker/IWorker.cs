namespace LocalHost;

/// <summary>A worker that has been started. Disposing of it ends it at once, however it ends.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>Where it serves HTTP, if that is not what it declares.</summary>
    Uri? HttpUri { get; }

    /// <summary>Ends with the worker.</summary>
    Task Ended { get; }

    /// <summary>What it said last, for an error about its end; empty if nothing.</summary>
    string LastWords { get; }
}

/// <summary>Starts a worker that is to connect to a gateway.</summary>
/// <param name="gateway">The address of the gRPC server.</param>
/// <param name="workerId">The id by which the worker introduces itself there.</param>
/// <param name="settings">The app settings, with <c>__</c> between sections.</param>
public delegate Task<IWorker> StartWorker(
    Uri gateway, string workerId, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken);
