namespace LocalHost;

/// <summary>The functions or host.json are not valid for the Azure Functions host or for this one.</summary>
public sealed class FunctionsHostException(string message, Exception? innerException = null)
    : Exception(message, innerException);
