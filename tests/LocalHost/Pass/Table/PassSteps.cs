using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>The steps of the pass: every operation once on realistic input, an error, and the asynchronous ways.</summary>
internal sealed partial class PassSteps
{
    private const string SampleAccount = "Burlington Textiles Corp of America";

    private string? _sampleId;
    private string? _createdId;

    public PassSteps() => All = [.. Records(), .. Collections(), .. Queries(), .. Automation(), .. Ways(), .. Bulk()];

    public IReadOnlyList<PassStep> All { get; }

    private PassStep[] Ways() =>
    [
        new HttpStep("Send a payload with an unknown member: a problem that names it", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id FROM Account",
                  "limit": 10
                }
                """,
            400, body => Expect(
                Text(body, "detail")?.Contains("limit", StringComparison.Ordinal) == true, "a detail that names the member 'limit'")),

        new QueueStep("Create an account through a queue", "CreateRecord",
            """
            {
                "objectType": "Account",
                "fields": {
                  "Name": "Blue Harbour Shipping"
                }
              }
            """,
            201, IsCreated),

        new AsyncStep("Delete it and fetch the result later: respond-async", "DeleteRecord", CreatedRecord,
            "return=representation", 200, IsRepresentation),
    ];

    private string CreatedRecord() =>
        $$"""
        {
          "objectType": "Account",
          "objectId": "{{_createdId}}"
        }
        """;

    private string? IsCreated(JsonNode? body)
    {
        _createdId = Text(body, "id");
        return Expect(_createdId is not null && JsonNode.DeepEquals(Member(body, "success"), true), "an id, and success");
    }

    private string? IsRepresentation(JsonNode? body)
    {
        var expected = $$"""{"id":"{{_createdId}}","success":true,"errors":[]}""";
        return Expect(JsonNode.DeepEquals(body, JsonNode.Parse(expected)), expected);
    }

    private static string? IsEmpty(JsonNode? body) => Expect(body is null, "no body");

    private static string? Expect(bool right, string expectation) => right ? null : expectation;

    private static JsonNode? Member(JsonNode? parent, string name) => (parent as JsonObject)?[name];

    private static string? Text(JsonNode? parent, string member) => Member(parent, member)?.ToString();

    private static JsonArray RecordsOf(JsonNode? body) => Member(body, "records") as JsonArray ?? [];

    private static JsonNode?[] Items(JsonNode? array) => [.. array as JsonArray ?? []];

    private static bool[] Successes(JsonNode? results) =>
        [.. Items(results).Select(result => JsonNode.DeepEquals(Member(result, "success"), true))];
}
