namespace LocalHost;

/// <summary>A timer function and its schedule.</summary>
/// <param name="Schedule">A cron expression of six fields, starting with seconds.</param>
public sealed record TimerFunctionInfo(string Name, string Schedule);
