namespace LocalHost;

/// <summary>Azurite did not start. The message contains its output.</summary>
public sealed class AzuriteException(string message) : Exception(message);
