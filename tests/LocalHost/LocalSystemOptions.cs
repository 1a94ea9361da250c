namespace LocalHost;

internal sealed record LocalSystemOptions
{
    /// <summary>The functions' port; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>The simulated org's port; 0 takes a free one.</summary>
    public required int SimulatorPort { get; init; }

    /// <summary>The function key that callers are asked for, if any.</summary>
    public string? Key { get; init; }
}
