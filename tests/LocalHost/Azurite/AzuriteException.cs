namespace LocalHost;

/// <summary>Azurite did not start; the message has what it said.</summary>
public sealed class AzuriteException(string message) : Exception(message);
