using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Client;

internal static class WriteHeaders
{
    /// <summary>Creates the headers for the options of a write.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> From(IWrite write)
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
