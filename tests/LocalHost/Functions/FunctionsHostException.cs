namespace LocalHost;

/// <summary>The functions or host.json are not what the Azure Functions host, or this one, accepts.</summary>
public sealed class FunctionsHostException(string message, Exception? innerException = null)
    : Exception(message, innerException);
