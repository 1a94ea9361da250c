namespace OrgComparison;

/// <summary>Keeps the comparison away from orgs that people work in.</summary>
public static class OrgKind
{
    /// <exception cref="InvalidOperationException">The org is neither a Developer Edition nor a sandbox.</exception>
    public static async Task VerifyAsync(ComparedOrg org, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(org);
        await org.LogInAsync(cancellationToken);
        var answer = await org.SendAsync(
            "GET", $"query?q={Uri.EscapeDataString("SELECT OrganizationType, IsSandbox FROM Organization")}", null, cancellationToken);
        if (answer.Status != 200
            || answer.Json.GetProperty("records")[0] is var record
            && !record.GetProperty("IsSandbox").GetBoolean()
            && record.GetProperty("OrganizationType").GetString() != "Developer Edition")
        {
            throw new InvalidOperationException(
                $"{org.Settings.BaseUrl} does not say that it is a Developer Edition or a sandbox. To make records there all the same, and delete them again, give --any-org.");
        }
    }
}
