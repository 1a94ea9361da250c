namespace LocalHost;

public sealed record AzuriteOptions
{
    /// <summary>The port on 127.0.0.1; 0, the default, for any free one.</summary>
    public int BlobPort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int QueuePort { get; init; }

    /// <inheritdoc cref="BlobPort"/>
    public int TablePort { get; init; }

    /// <summary>The folder for the data. If absent, the data is in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The number of storage accounts with new keys; 0, the default, for the well-known account only.</summary>
    public int Accounts { get; init; }
}
