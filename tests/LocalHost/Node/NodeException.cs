namespace LocalHost;

/// <summary>Node.js or an npm package is not available on this machine.</summary>
public sealed class NodeException(string message) : Exception(message);
