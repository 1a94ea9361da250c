namespace LocalHost;

/// <summary>The given storage cannot be used.</summary>
internal sealed class StorageException(Exception innerException)
    : Exception($"The storage that --storage names cannot be used: {innerException.Message}", innerException);
