using SalesforceSimulator;

namespace OrgComparison;

/// <summary>The simulator as one of two orgs.</summary>
public static class SimulatedOrg
{
    /// <summary>Starts one whose bulk jobs do not wait: how long they take is not compared.</summary>
    public static Task<Simulator> StartAsync(CancellationToken cancellationToken) =>
        Simulator.StartAsync(new SimulatorOptions { Bulk = new BulkSettings { QueueMs = 0, ProcessingMs = 0 } }, cancellationToken);

    /// <param name="compared">The other org: what it lacks is not asked of the simulator either.</param>
    public static OrgSettings SettingsOf(Simulator simulator, OrgSettings? compared = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        var options = new SimulatorOptions();
        return new OrgSettings
        {
            BaseUrl = simulator.BaseUrl,
            ClientId = options.ClientId,
            ClientSecret = options.ClientSecret!,
            ExternalIdField = compared is { ExternalIdField: null } ? null : "External_Id__c",
            SharedExternalIdField = compared is { SharedExternalIdField: null } ? null : "Legacy_Code__c",
            ApiVersion = compared?.ApiVersion ?? "v67.0",
        };
    }
}
