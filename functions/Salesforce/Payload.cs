namespace SalesforceConnector.Salesforce;

/// <summary>What the payloads of all operations have in common: the org, and how to be authorised there.</summary>
public abstract record Payload
{
    /// <summary>The org; absent, the default one.</summary>
    public OrgUrl? BaseUrl { get; init; }

    /// <summary>The API version; absent, the app's.</summary>
    public ApiVersion? ApiVersion { get; init; }

    /// <summary>Absent: client id and secret from Key Vault.</summary>
    public Authentication? Authentication { get; init; }
}
