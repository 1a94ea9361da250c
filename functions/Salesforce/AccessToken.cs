namespace SalesforceConnector.Salesforce;

/// <summary>A token, and where calls with it go: the login's <c>instance_url</c>.</summary>
internal sealed class AccessToken(string value, OrgUrl instance)
{
    public string Value { get; } = value;

    public OrgUrl Instance { get; } = instance;
}
