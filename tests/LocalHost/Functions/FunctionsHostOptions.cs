using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

public sealed record FunctionsHostOptions
{
    /// <summary>The lease of a message at the Azure Functions host, which cannot be set there.</summary>
    public static readonly TimeSpan HostsQueueLease = TimeSpan.FromMinutes(10);

    /// <summary>The port on <c>localhost</c>; 0, the default, takes a free one on 127.0.0.1.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The host's function key, which opens functions of level Function. No key is asked when neither this nor
    /// <see cref="MasterKey"/> is given, as Core Tools ask for none on a developer's machine.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The host's master key, which opens every function and the paths under <c>/admin</c>.</summary>
    public string? MasterKey { get; init; }

    /// <summary>The folder of the app and of its host.json: the output of its build, unless another one is given.</summary>
    public string AppFolder { get; init; } = BuiltApp;

    /// <summary>How the worker is started; by default as a process of its own.</summary>
    public StartWorker? StartWorker { get; init; }

    /// <summary>The gRPC server that the worker connects to; by default one for this host alone.</summary>
    public WorkerGateway? Gateway { get; init; }

    /// <summary>App settings, in either spelling (<c>Salesforce__BaseUrl</c>, <c>Salesforce:BaseUrl</c>).</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Which queue functions are listened to, by name. Their connections must be among the settings.</summary>
    public Func<string, bool> ListensTo { get; init; } = static _ => false;

    /// <summary>
    /// For how long a message is hidden while its function runs: after the host was killed it comes back that much later.
    /// Whole seconds, two or more.
    /// </summary>
    public TimeSpan QueueLease { get; init; } = HostsQueueLease;

    /// <summary>Whether timer functions run by their schedules; on demand they run in any case.</summary>
    public bool Timers { get; init; }

    /// <summary>How often the worker may die within half an hour before the host gives up, 0 or more; the Azure Functions host takes three.</summary>
    public int MaxWorkerErrors { get; init; } = 3;

    /// <summary>How long requests may go on when the host is stopped, before they are cancelled.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Adds log providers to the host, which has none by default and passes the worker's log on to them.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>Where the build has put the connector.</summary>
    public static string BuiltApp => typeof(FunctionsHostOptions).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "AppFolder").Value!;
}
