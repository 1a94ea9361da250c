using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>Bulk jobs.</summary>
internal sealed partial class PassSteps
{
    private static PassStep[] Bulk() =>
    [
        new AsyncStep("Write two accounts by a bulk job, and fetch its counts later", "BulkWrite",
            () => """
                {
                  "objectType": "Account",
                  "operation": "insert",
                  "records": [
                    { "Name": "Silver Creek Mills", "NumberOfEmployees": 12 },
                    { "Name": "Old Quay Ropes", "NumberOfEmployees": -1 }
                  ]
                }
                """,
            "wait=0", 200, AreCounts),
        new AsyncStep("Query accounts by a bulk job into a blob, and fetch where it is later", "BulkQuery",
            () => """
                {
                  "soqlQuery": "SELECT Id, Name FROM Account WHERE Name = :name",
                  "soqlParameters": { "name": "Silver Creek Mills" },
                  "format": "jsonl"
                }
                """,
            "wait=0", 200, IsStored),
    ];

    // The account that the step before has written.
    private static string? IsStored(JsonNode? body) =>
        Expect(Text(body, "rows") == "1" && Text(body, "blob")?.EndsWith(".jsonl", StringComparison.Ordinal) == true, "one record in a blob");

    // The org refuses a negative number of employees.
    private static string? AreCounts(JsonNode? body) =>
        Expect(Text(body, "successful") == "1" && Text(body, "failed") == "1", "one row written, and one refused");
}
