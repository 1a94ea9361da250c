namespace SalesforceSimulator;

/// <summary>Statistics of the org since its start or reset.</summary>
/// <param name="Logins">Successful logins.</param>
/// <param name="Calls">Executed API calls.</param>
/// <param name="Records">Records that are not deleted, by sObject.</param>
public sealed record SimulatorStats(int Logins, int Calls, IReadOnlyDictionary<string, int> Records);
