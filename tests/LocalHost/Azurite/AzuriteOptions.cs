namespace LocalHost;

public sealed record AzuriteOptions
{
    /// <summary>Ports on 127.0.0.1; 0, the default, takes a free one.</summary>
    public int BlobPort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int QueuePort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int TablePort { get; init; }

    /// <summary>Where the data is kept; in memory when absent.</summary>
    public string? DataFolder { get; init; }

    /// <summary>How many storage accounts there are, with keys of their own; 0, the default, for the one that all tools know.</summary>
    public int Accounts { get; init; }
}
