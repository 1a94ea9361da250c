using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>The pass's table: every operation once on real input, what an error looks like, and the ways around by queue.</summary>
internal sealed class PassSteps
{
    private const string SampleAccount = "Burlington Textiles Corp of America";

    private string? _sampleId;
    private string? _createdId;

    public PassSteps() => All =
    [
        new HttpStep("Query the first accounts by name", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id, Name FROM Account ORDER BY Name LIMIT 3"
                }
                """,
            200, HasThreeAccounts),

        new HttpStep("Create an account", "CreateRecord",
            () => """
                {
                  "objectType": "Account",
                  "fields": {
                    "Name": "Express Logistics and Transport",
                    "AnnualRevenue": 1234567.80
                  }
                }
                """,
            201, IsCreated),

        new HttpStep("Get two of its fields", "GetRecord",
            () => $$"""
                {
                  "objectType": "Account",
                  "objectId": "{{_createdId}}",
                  "queryParameters": {
                    "fields": ["Name", "AnnualRevenue"]
                  }
                }
                """,
            200, body => Expect(
                Text(body, "Name") == "Express Logistics and Transport" && JsonNode.DeepEquals(Member(body, "AnnualRevenue"), 1234567.80m),
                "the name and revenue that were given")),

        new HttpStep("Get the contacts of an account: a relationship to many", "GetRecord",
            () => $$"""
                {
                  "objectType": "Account",
                  "objectId": "{{_sampleId}}",
                  "relationshipFieldName": "Contacts",
                  "queryParameters": {
                    "fields": ["FirstName", "LastName"]
                  }
                }
                """,
            200, body => Expect(
                Records(body) is [var contact, ..] && Text(contact, "LastName") is not null,
                $"a contact of {SampleAccount}")),

        new HttpStep("Get the owner of an account: a relationship to one", "GetRecord",
            () => $$"""
                {
                  "objectType": "Account",
                  "objectId": "{{_sampleId}}",
                  "relationshipFieldName": "Owner",
                  "queryParameters": {
                    "fields": ["Name", "Username"]
                  }
                }
                """,
            200, body => Expect(Text(Member(body, "attributes"), "type") == "User", "a record of type User")),

        new HttpStep("Update the account", "UpdateRecord",
            () => $$"""
                {
                  "objectType": "Account",
                  "objectId": "{{_createdId}}",
                  "fields": {
                    "BillingCity": "Portland"
                  }
                }
                """,
            204, IsEmpty),

        new HttpStep("Update it again, asking for a body", "UpdateRecord",
            () => $$"""
                {
                  "objectType": "Account",
                  "objectId": "{{_createdId}}",
                  "fields": {
                    "AnnualRevenue": null
                  }
                }
                """,
            200, IsRepresentation) { Prefer = "return=representation" },

        new HttpStep("Delete the account", "DeleteRecord", CreatedRecord, 204, IsEmpty),

        new HttpStep("Get it once more: a problem, as it is gone", "GetRecord", CreatedRecord, 404, body => Expect(
            Text(body, "errorCode") is "NOT_FOUND" or "ENTITY_IS_DELETED", "errorCode NOT_FOUND or ENTITY_IS_DELETED")),

        new HttpStep("Send a payload with a member too many: a problem that names it", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id FROM Account",
                  "limit": 10
                }
                """,
            400, body => Expect(
                Text(body, "detail")?.Contains("limit", StringComparison.Ordinal) == true, "a detail that names the member 'limit'")),

        new QueueStep("Create an account by queue", "CreateRecord",
            """
            {
                "objectType": "Account",
                "fields": {
                  "Name": "Blue Harbour Shipping"
                }
              }
            """,
            201, IsCreated),

        new AsyncStep("Delete it, fetching the result later: respond-async", "DeleteRecord", CreatedRecord,
            "return=representation", 200, IsRepresentation),
    ];

    public IReadOnlyList<PassStep> All { get; }

    private string CreatedRecord() =>
        $$"""
        {
          "objectType": "Account",
          "objectId": "{{_createdId}}"
        }
        """;

    private string? HasThreeAccounts(JsonNode? body)
    {
        var records = Records(body);
        var sample = records.FirstOrDefault(record => Text(record, "Name") == SampleAccount);
        _sampleId = Text(sample, "Id");
        return Expect(records.Count == 3 && _sampleId is not null, $"three records, {SampleAccount} among them");
    }

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

    private static JsonArray Records(JsonNode? body) => Member(body, "records") as JsonArray ?? [];
}
