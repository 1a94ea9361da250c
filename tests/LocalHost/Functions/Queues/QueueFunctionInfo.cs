namespace LocalHost;

/// <summary>A queue function and its queue.</summary>
/// <param name="Queue">The queue's name, resolved from the app settings.</param>
public sealed record QueueFunctionInfo(string Name, string Queue);
