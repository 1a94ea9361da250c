using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

public sealed record FunctionsHostOptions
{
    /// <summary>The Azure Functions host's message lease, which is not configurable there.</summary>
    public static readonly TimeSpan HostsQueueLease = TimeSpan.FromMinutes(10);

    /// <summary>The port on <c>localhost</c>; 0, the default, for any free one on 127.0.0.1.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The host's function key, for functions of level Function. Without this and <see cref="MasterKey"/>, no key is
    /// required, as with Core Tools on a developer's machine.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The host's master key, for all functions and the paths under <c>/admin</c>.</summary>
    public string? MasterKey { get; init; }

    /// <summary>The folder with the app and its host.json. The default is the build output.</summary>
    public string AppFolder { get; init; } = BuiltApp;

    /// <summary>Starts the worker. The default starts a process.</summary>
    public StartWorker? StartWorker { get; init; }

    /// <summary>The gRPC server that the worker connects to. The default is one for this host only.</summary>
    public WorkerGateway? Gateway { get; init; }

    /// <summary>App settings, with <c>__</c> or <c>:</c> as separator.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Selects the queue functions to poll for, by name. Their connections must be among the settings.</summary>
    public Func<string, bool> ListensTo { get; init; } = static _ => false;

    /// <summary>
    /// How long a message is hidden while its function runs. If the host is killed, the message is redelivered after this
    /// time. Whole seconds, at least two.
    /// </summary>
    public TimeSpan QueueLease { get; init; } = HostsQueueLease;

    /// <summary>Whether timer functions run on schedule. They can always be run on demand.</summary>
    public bool Timers { get; init; }

    /// <summary>How many worker crashes within half an hour are tolerated, 0 or more. The Azure Functions host tolerates three.</summary>
    public int MaxWorkerErrors { get; init; } = 3;

    /// <summary>How long running requests may continue before they are cancelled when the host stops.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Adds log providers. The host has none by default. They also receive the worker's log.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>The build output of the connector.</summary>
    public static string BuiltApp => typeof(FunctionsHostOptions).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "AppFolder").Value!;
}
