namespace SalesforceConnector.Operations;

/// <summary>The resource of an API version, with the identity URL: <c>https://login.salesforce.com/id/&lt;org&gt;/&lt;user&gt;</c>.</summary>
internal sealed record ApiRoot(string? Identity)
{
    /// <summary>The user whose token it was asked with; <see langword="null"/> if the reply does not tell.</summary>
    public string? UserId => Identity?.Split('/') is [.., { Length: > 0 } last] ? last : null;
}
