using System.Collections.Immutable;

namespace LocalHost;

internal sealed record LocalSystemOptions
{
    /// <summary>The functions' port; 0 for any free one.</summary>
    public required int Port { get; init; }

    /// <summary>The simulated org's port; 0 for any free one.</summary>
    public required int SimulatorPort { get; init; }

    /// <summary>The function key that callers must send, if any.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the app logs in by JWT bearer, with a key in the vault, and nothing has a client secret.</summary>
    public bool Jwt { get; init; }

    /// <summary>Whether the simulated org has events, and the app receives some of them.</summary>
    public bool Events { get; init; }

    /// <summary>How to start Azurite. The default is free ports, in memory.</summary>
    public AzuriteOptions Azurite { get; init; } = new();

    /// <summary>The connection string of a running storage to use instead of Azurite.</summary>
    public string? Storage { get; init; }

    /// <summary>A running simulated org to use instead of a new one.</summary>
    public Uri? Salesforce { get; init; }

    /// <summary>A real org to use instead of a simulated one.</summary>
    public Uri? RealOrg { get; init; }

    /// <summary>The secrets of the real org, by their names in the vault.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <inheritdoc cref="FunctionsHostOptions.QueueLease"/>
    public TimeSpan QueueLease { get; init; } = FunctionsHostOptions.HostsQueueLease;

    /// <summary>The folder of the app, such as the output of a publish. The default is the build output.</summary>
    public string? AppFolder { get; init; }

    /// <summary>Further app settings, which override those of the local system.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = ImmutableDictionary<string, string?>.Empty;
}
