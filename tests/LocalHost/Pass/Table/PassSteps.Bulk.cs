using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>A bulk job.</summary>
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
    ];

    // The org refuses a negative number of employees.
    private static string? AreCounts(JsonNode? body) =>
        Expect(Text(body, "successful") == "1" && Text(body, "failed") == "1", "one row written, and one refused");
}
