using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Hosting;

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

    /// <summary>The host's master key, which opens every function.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Where the functions are: the connector's assembly unless a test brings its own.</summary>
    public Assembly FunctionsAssembly { get; init; } = typeof(ConnectorServices).Assembly;

    /// <summary>The host.json to follow; by default the one in the app's output folder.</summary>
    public string? HostJsonPath { get; init; }

    /// <summary>App settings, in either spelling (<c>Salesforce__BaseUrl</c>, <c>Salesforce:BaseUrl</c>); they rule over environment variables.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>
    /// Whether queue functions are listened to as well. Their connections must then be among the settings, as
    /// connection strings, and so must the queues' names.
    /// </summary>
    public bool Queues { get; init; }

    /// <summary>
    /// For how long a message is hidden while its function runs, renewed at half of it: after a crash it comes back
    /// that much later. Whole seconds, two or more.
    /// </summary>
    public TimeSpan QueueLease { get; init; } = HostsQueueLease;

    /// <summary>Runs after the app's own registration.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>Adds log providers; there are none by default.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }
}
