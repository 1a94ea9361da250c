namespace OrgComparison;

/// <summary>Something about Salesforce's REST API that the connector relies on.</summary>
/// <param name="Name">The fact in words.</param>
/// <param name="RunAsync">Does at an org what shows it.</param>
public sealed record Fact(string Name, Func<FactRun, Task> RunAsync);
