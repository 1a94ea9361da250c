using System.Text.Json.Nodes;

namespace LocalHost;

/// <content>Large results, searches and metadata.</content>
internal sealed partial class PassSteps
{
    private string? _nextRecordsUrl;
    private string? _fileId;

    private PassStep[] Queries() =>
    [
        new FillStep("Add more leads than fit on a page to the simulated org", "Lead", 2_500),

        new HttpStep("Query all of them: the whole result", "Query",
            () => """
                {
                  "soqlQuery": "SELECT Id, Name FROM Lead",
                  "fetchAll": true
                }
                """,
            200, body => Expect(
                RecordsOf(body).Count > 2_500 && Text(body, "totalSize") == $"{RecordsOf(body).Count}" && JsonNode.DeepEquals(Member(body, "done"), true),
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
                return Expect(RecordsOf(body).Count == 200 && _nextRecordsUrl is not null, "200 records, and nextRecordsUrl");
            }),

        new HttpStep("Get the next page", "QueryPage",
            () => $$"""
                {
                  "nextRecordsUrl": "{{_nextRecordsUrl}}"
                }
                """,
            200, body => Expect(RecordsOf(body).Count == 200, "200 records")),

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

        new HttpStep("Upload a file to an account", "UploadFile",
            () => $$"""
                {
                  "fileName": "hello.txt",
                  "content": "SGVsbG8=",
                  "linkTo": "{{_upsertedId}}"
                }
                """,
            201, body =>
            {
                _fileId = Text(body, "id");
                return Expect(_fileId is not null, "an id");
            }),

        new HttpStep("Download it", "DownloadFile",
            () => $$"""
                {
                  "contentVersionId": "{{_fileId}}"
                }
                """,
            200, body => Expect(body is null, "the file itself, which is no JSON")),

        new HttpStep("Check the setup: login, permissions, fields", "Check",
            () => """
                {
                  "objectTypes": ["Account"],
                  "fields": { "Account": ["Name", "External_Id__c"] }
                }
                """,
            200, body => Expect(JsonNode.DeepEquals(Member(body, "ok"), true), "ok")),

        new HttpStep("Get the org's remaining limits", "Limits", () => "{}", 200, body => Expect(
            Text(Member(body, "DailyApiRequests"), "Remaining") is not null, "what remains of DailyApiRequests")),
    ];
}
