using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>The pass's table: every operation once on real input, what an error looks like, and the ways around by queue.</summary>
internal sealed class PassSteps
{
    // The steps of the table that come after the examples: an error, and the ways by queue.
    private const int Last = 3;

    private const string SampleAccount = "Burlington Textiles Corp of America";

    private string? _sampleId;
    private string? _createdId;
    private string? _upsertedId;
    private string? _nextRecordsUrl;
    private string[] _contactIds = [];

    public PassSteps()
    {
        var steps = Table();
        var called = steps.Select(step => step switch { HttpStep http => http.Function, QueueStep queue => queue.Operation, _ => "" }).ToHashSet();
        // Before the last of the table, so that what the table shows of an error and of queues stays together.
        All = [.. steps[..^Last], .. ExampleStep.AllBut(called), .. steps[^Last..]];
    }

    public IReadOnlyList<PassStep> All { get; }

    private PassStep[] Table() =>
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

        new HttpStep("Upsert an account by its external id: it is not there", "UpsertRecord", UpsertedAccount, 201, body =>
        {
            _upsertedId = Text(body, "id");
            return Expect(_upsertedId is not null && JsonNode.DeepEquals(Member(body, "created"), true), "an id, and created");
        }),

        new HttpStep("Upsert it again: it is there", "UpsertRecord", UpsertedAccount, 200, body => Expect(
            Text(body, "id") == _upsertedId && JsonNode.DeepEquals(Member(body, "created"), false), "the same id, not created")),

        new HttpStep("Get it by its external id", "GetRecord",
            () => """
                {
                  "objectType": "Account",
                  "externalIdField": "External_Id__c",
                  "externalId": "order/4711",
                  "queryParameters": {
                    "fields": ["Name"]
                  }
                }
                """,
            200, body => Expect(Text(body, "Name") == "Jäger & Söhne" && Text(body, "Id") == _upsertedId, "the account that was upserted")),

        new HttpStep("Create three contacts: one of them is refused", "CreateRecords",
            () => $$"""
                {
                  "objectType": "Contact",
                  "records": [
                    { "LastName": "Levy", "AccountId": "{{_upsertedId}}" },
                    { "LastName": "Davis", "AccountId": "{{_upsertedId}}" },
                    { "FirstName": "Nobody" }
                  ]
                }
                """,
            200, body =>
            {
                _contactIds = [.. Items(body).Select(result => Text(result, "id")).OfType<string>()];
                return Expect(_contactIds.Length == 2 && Successes(body) is [true, true, false], "two ids, and one result without success");
            }),

        new HttpStep("Get two of their fields", "GetRecords",
            () => $$"""
                {
                  "objectType": "Contact",
                  "objectIds": {{ContactIds()}},
                  "fields": ["LastName", "AccountId"]
                }
                """,
            200, body => Expect(Items(body) is [var levy, var davis] && Text(levy, "LastName") == "Levy" && Text(davis, "LastName") == "Davis", "Levy and Davis, in this order")),

        new HttpStep("Update both", "UpdateRecords",
            () => $$"""
                {
                  "objectType": "Contact",
                  "records": [
                    { "id": "{{_contactIds[0]}}", "Department": "Sales" },
                    { "id": "{{_contactIds[1]}}", "Department": "Support" }
                  ],
                  "allOrNone": true
                }
                """,
            200, body => Expect(Successes(body) is [true, true], "two successes")),

        new HttpStep("Upsert two: one is there, one is not", "UpsertRecords",
            () => """
                {
                  "objectType": "Contact",
                  "externalIdField": "External_Id__c",
                  "records": [
                    { "External_Id__c": "CON-Rose-Gonzalez", "Title": "COO" },
                    { "External_Id__c": "order/4711", "LastName": "Okafor" }
                  ]
                }
                """,
            200, body => Expect(
                Items(body) is [var known, var added]
                && JsonNode.DeepEquals(Member(known, "created"), false) && JsonNode.DeepEquals(Member(added, "created"), true),
                "one that was there, and one that was created")),

        new HttpStep("Delete the two that were created first", "DeleteRecords",
            () => $$"""
                {
                  "objectIds": {{ContactIds()}}
                }
                """,
            200, body => Expect(Successes(body) is [true, true], "two successes")),

        new HttpStep("Create an account and its contact in one: composite", "Composite",
            () => """
                {
                  "allOrNone": true,
                  "compositeRequest": [
                    {
                      "method": "POST",
                      "url": "/services/data/v67.0/sobjects/Account",
                      "referenceId": "account",
                      "body": { "Name": "Green Valley Farms" }
                    },
                    {
                      "method": "POST",
                      "url": "/services/data/v67.0/sobjects/Contact",
                      "referenceId": "contact",
                      "body": { "LastName": "Lindqvist", "AccountId": "@{account.id}" }
                    }
                  ]
                }
                """,
            200, body => Expect(
                Items(Member(body, "compositeResponse")) is [var account, var contact]
                && Text(account, "httpStatusCode") == "201" && Text(contact, "httpStatusCode") == "201",
                "201 for both")),

        new FillStep("Give the simulated org more leads than go on a page", "Lead", 2_500),

        new HttpStep("Query all of them: whole result", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id, Name FROM Lead",
                  "fetchAll": true
                }
                """,
            200, body => Expect(
                Records(body).Count > 2_500 && Text(body, "totalSize") == $"{Records(body).Count}" && JsonNode.DeepEquals(Member(body, "done"), true),
                "as many records as totalSize says, and done")),

        new HttpStep("Query the first page, of 200", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id, Name FROM Lead",
                  "pageSize": 200
                }
                """,
            200, body =>
            {
                _nextRecordsUrl = Text(body, "nextRecordsUrl");
                return Expect(Records(body).Count == 200 && _nextRecordsUrl is not null, "200 records, and nextRecordsUrl");
            }),

        new HttpStep("Get the next page", "QueryPage",
            () => $$"""
                {
                  "nextRecordsUrl": "{{_nextRecordsUrl}}"
                }
                """,
            200, body => Expect(Records(body).Count == 200, "200 records")),

        new HttpStep("Search accounts by text", "Search",
            () => """
                {
                  "soslSearch": "FIND {Burlington} IN NAME FIELDS RETURNING Account(Id, Name)"
                }
                """,
            200, body => Expect(
                Items(Member(body, "searchRecords")).Any(record => Text(record, "Name") == SampleAccount), $"{SampleAccount} among the records")),

        new HttpStep("Describe an sObject", "Describe",
            () => """
                {
                  "objectType": "Invoice__c"
                }
                """,
            200, body => Expect(
                Text(body, "name") == "Invoice__c" && Items(Member(body, "fields")).Any(field => Text(field, "name") == "External_Id__c"),
                "Invoice__c, with a field External_Id__c")),

        new HttpStep("See what is left of the org's limits", "Limits", () => "{}", 200, body => Expect(
            Text(Member(body, "DailyApiRequests"), "Remaining") is not null, "what remains of DailyApiRequests")),

        new HttpStep("Send a payload with an unknown member: a problem that names it", "Query",
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

    private string CreatedRecord() =>
        $$"""
        {
          "objectType": "Account",
          "objectId": "{{_createdId}}"
        }
        """;

    private string UpsertedAccount() =>
        """
        {
          "objectType": "Account",
          "externalIdField": "External_Id__c",
          "externalId": "order/4711",
          "fields": {
            "Name": "Jäger & Söhne"
          }
        }
        """;

    private string ContactIds() => $"[{string.Join(", ", _contactIds.Select(id => $"\"{id}\""))}]";

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

    private static JsonNode?[] Items(JsonNode? array) => [.. array as JsonArray ?? []];

    private static bool[] Successes(JsonNode? results) =>
        [.. Items(results).Select(result => JsonNode.DeepEquals(Member(result, "success"), true))];
}
