using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Client.Requests;

internal static class WriteOptionHeaders
{
    /// <summary>Creates the headers for the options of a write.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> From(IHasWriteOptions write)
    {
        List<KeyValuePair<string, string>> headers = [];
        if (write.DuplicateRule?.ToHeader() is { Length: > 0 } rule)
        {
            headers.Add(KeyValuePair.Create("Sforce-Duplicate-Rule-Header", rule));
        }

        if (write.AssignmentRule is { } assignment)
        {
            headers.Add(KeyValuePair.Create("Sforce-Auto-Assign", assignment.Value));
        }

        return headers;
    }
}
