using System.Text.Json.Nodes;

namespace LocalHost;

/// <content>Many records in one call, and composite requests.</content>
internal sealed partial class PassSteps
{
    private string[] _contactIds = [];

    private PassStep[] Collections() =>
    [
        new HttpStep("Create three contacts, one of which is refused", "CreateRecords",
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

        new HttpStep("Upsert two records, one of which exists", "UpsertRecords",
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
                "one that existed, and one that was created")),

        new HttpStep("Delete the first two", "DeleteRecords",
            () => $$"""
                {
                  "objectIds": {{ContactIds()}}
                }
                """,
            200, body => Expect(Successes(body) is [true, true], "two successes")),

        new HttpStep("Create an account and its contact in one call: composite", "Composite",
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
    ];

    private string ContactIds() => $"[{string.Join(", ", _contactIds.Select(id => $"\"{id}\""))}]";
}
