namespace LocalHost;

/// <summary>Node.js, or an npm package that is used on it, is not to be had on this machine.</summary>
public sealed class NodeException(string message) : Exception(message);
