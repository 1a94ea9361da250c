namespace TestDrivers;

/// <summary>What the simulated org takes for a login, and the vaults of the tests hold.</summary>
internal static class OrgCredentials
{
    public const string ClientId = "local-client-id";
    public const string ClientSecret = "local-client-secret";
}
