namespace Benchmarks.Cost;

/// <summary>An operation whose cost is counted.</summary>
/// <param name="Payload">Makes one of the payloads that follow each other.</param>
internal sealed record CostOperation(string Name, string Route, string Queue, Func<int, string> Payload);
