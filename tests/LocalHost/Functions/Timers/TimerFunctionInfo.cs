namespace LocalHost;

/// <summary>What is to be known of a timer function.</summary>
/// <param name="Schedule">Six fields, seconds first.</param>
public sealed record TimerFunctionInfo(string Name, string Schedule);
