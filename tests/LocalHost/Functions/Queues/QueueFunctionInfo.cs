namespace LocalHost;

/// <summary>What is to be known of a queue function.</summary>
/// <param name="Queue">The queue's name, of the app settings.</param>
public sealed record QueueFunctionInfo(string Name, string Queue);
