using System.Text.Json.Nodes;

namespace LocalHost;

/// <content>Operations on single records, and the query that finds the first one.</content>
internal sealed partial class PassSteps
{
    private string? _upsertedId;

    private PassStep[] Records() =>
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

        new HttpStep("Get the contacts of an account: a to-many relationship", "GetRecord",
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
                RecordsOf(body) is [var contact, ..] && Text(contact, "LastName") is not null,
                $"a contact of {SampleAccount}")),

        new HttpStep("Get the owner of an account: a to-one relationship", "GetRecord",
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

        new HttpStep("Get it again: a problem, because it was deleted", "GetRecord", CreatedRecord, 404, body => Expect(
            Text(body, "errorCode") is "NOT_FOUND" or "ENTITY_IS_DELETED", "errorCode NOT_FOUND or ENTITY_IS_DELETED")),

        new HttpStep("Upsert an account by its external id: it does not exist", "UpsertRecord", UpsertedAccount, 201, body =>
        {
            _upsertedId = Text(body, "id");
            return Expect(_upsertedId is not null && JsonNode.DeepEquals(Member(body, "created"), true), "an id, and created");
        }),

        new HttpStep("Upsert it again: it exists", "UpsertRecord", UpsertedAccount, 200, body => Expect(
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
    ];

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

    private string? HasThreeAccounts(JsonNode? body)
    {
        var records = RecordsOf(body);
        var sample = records.FirstOrDefault(record => Text(record, "Name") == SampleAccount);
        _sampleId = Text(sample, "Id");
        return Expect(records.Count == 3 && _sampleId is not null, $"three records, {SampleAccount} among them");
    }
}
