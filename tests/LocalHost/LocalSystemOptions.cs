using System.Collections.Immutable;

namespace LocalHost;

internal sealed record LocalSystemOptions
{
    /// <summary>The functions' port; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>The simulated org's port; 0 takes a free one.</summary>
    public required int SimulatorPort { get; init; }

    /// <summary>The function key that callers are asked for, if any.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the app logs in by JWT bearer, with a key in the vault, and nothing has a client secret.</summary>
    public bool Jwt { get; init; }

    /// <summary>How Azurite is started; by default on free ports, in memory.</summary>
    public AzuriteOptions Azurite { get; init; } = new();

    /// <summary>The connection string of a storage that runs already, in place of an Azurite of one's own.</summary>
    public string? Storage { get; init; }

    /// <summary>A simulated org that runs already, in place of one's own.</summary>
    public Uri? Salesforce { get; init; }

    /// <inheritdoc cref="FunctionsHostOptions.QueueLease"/>
    public TimeSpan QueueLease { get; init; } = FunctionsHostOptions.HostsQueueLease;

    /// <summary>The folder of the app, if it is not the one that the build made: what a publish yields.</summary>
    public string? AppFolder { get; init; }

    /// <summary>More app settings, which rule over those of the local system.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = ImmutableDictionary<string, string?>.Empty;
}
