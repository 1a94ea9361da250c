namespace Documents.Model;

/// <summary>A kind of operation: a folder below functions/Operations, a tag in the OpenAPI documents, an entry of the template's menu.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Description">For the OpenAPI documents.</param>
/// <param name="MenuName">The entry of the menu, where the kind has several operations.</param>
/// <param name="MenuDescription">What it is said to do there.</param>
/// <param name="MenuPlace">Its place in the menu.</param>
internal sealed record OperationKind(string Name, string Description, string MenuName, string MenuDescription, int MenuPlace)
{
    /// <summary>The kinds in the order of the documents.</summary>
    public static IReadOnlyList<OperationKind> All { get; } =
    [
        new("Queries", "SOQL and SOSL.", "Query or search", "Find Salesforce records by a SOQL query or a SOSL search", 2),
        new("Records", "One sObject record.", "sObject record", "Create, get, update, upsert or delete a Salesforce record", 1),
        new("Collections", "Many records, up to 10,000 in one payload.", "Many sObject records", "Create, get, update, upsert or delete up to 10,000 Salesforce records", 3),
        new("Bulk", "Millions of rows, by jobs of Bulk API 2.0.", "Bulk jobs", "Write or query millions of Salesforce records by bulk jobs", 8),
        new("Composites", "Any request, and several in one call.", "REST requests", "Send any request to Salesforce's REST API, or several in one", 4),
        new("Apex", "Apex classes, flows and other actions, and approvals.", "Apex, flows and approvals", "Call Apex, run flows and other actions, submit and approve", 6),
        new("Files", "Files, attachments and documents.", "Files", "Upload or download a file of a Salesforce org", 7),
        new("Metadata", "What the org has, and how much of it is left.", "Salesforce org", "What a Salesforce org has, and how much of it is left", 5),
    ];

    /// <exception cref="InvalidOperationException">There is no such kind.</exception>
    public static int IndexOf(string name) =>
        All.Index().FirstOrDefault(kind => kind.Item.Name == name) is { Item: not null } kind
            ? kind.Index
            : throw new InvalidOperationException($"The documents have no texts for the kind {name}: add it to {nameof(OperationKind)}.");
}
