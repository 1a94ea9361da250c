namespace SalesforceSimulator;

/// <summary>What the org did since it was started or reset.</summary>
/// <param name="Logins">Logins that were granted.</param>
/// <param name="Calls">API calls that were executed.</param>
/// <param name="Records">Records that are not deleted, by sObject.</param>
public sealed record SimulatorStats(int Logins, int Calls, IReadOnlyDictionary<string, int> Records);
