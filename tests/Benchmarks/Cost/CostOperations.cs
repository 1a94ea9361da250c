using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Benchmarks.Cost;

/// <summary>One call of each operation, on the simulator's sample data.</summary>
internal sealed class CostOperations(HttpClient connector)
{
    private const int Batch = 200;

    private readonly Queue<string> _spare = new();
    private string _accountId = "";
    private string _nextRecordsUrl = "";

    public IReadOnlyList<CostOperation> All =>
    [
        new("GetRecord", "records/get", "salesforce-get-record", _ => $$"""{"objectType":"Account","objectId":"{{_accountId}}","queryParameters":{"fields":["Name"]} }"""),
        new("CreateRecord", "records/create", "salesforce-create-record", number => $$"""{"objectType":"Account","fields":{"Name":"Account {{number}}"} }"""),
        new("UpdateRecord", "records/update", "salesforce-update-record", _ => $$"""{"objectType":"Account","objectId":"{{_accountId}}","fields":{"BillingCity":"Portland"} }"""),
        new("UpsertRecord", "records/upsert", "salesforce-upsert-record", number => $$"""{"objectType":"Account","externalIdField":"External_Id__c","externalId":"cost-{{number}}","fields":{"Name":"Account {{number}}"} }"""),
        new("DeleteRecord", "records/delete", "salesforce-delete-record", _ => $$"""{"objectType":"Account","objectId":"{{_spare.Dequeue()}}"}"""),
        new("GetRecords", "collections/get", "salesforce-get-records", _ => $$"""{"objectType":"Account","objectIds":["{{_accountId}}"],"fields":["Name"]}"""),
        new("CreateRecords", "collections/create", "salesforce-create-records", number => $$"""{"objectType":"Account","records":[{"Name":"Account {{number}}"}]}"""),
        new("UpdateRecords", "collections/update", "salesforce-update-records", _ => $$"""{"objectType":"Account","records":[{"id":"{{_accountId}}","BillingCity":"Portland"}]}"""),
        new("UpsertRecords", "collections/upsert", "salesforce-upsert-records", number => $$"""{"objectType":"Account","externalIdField":"External_Id__c","records":[{"External_Id__c":"cost-{{number}}","Name":"Account {{number}}"}]}"""),
        new("DeleteRecords", "collections/delete", "salesforce-delete-records", _ => $$"""{"objectIds":["{{_spare.Dequeue()}}"]}"""),
        new("Query", "query", "salesforce-query", _ => """{"soqlQuery":"SELECT Id, Name FROM Account LIMIT 3"}"""),
        new("QueryPage", "query/page", "salesforce-query-page", _ => $$"""{"nextRecordsUrl":"{{_nextRecordsUrl}}"}"""),
        new("Search", "search", "salesforce-search", _ => """{"soslSearch":"FIND {Burlington} IN NAME FIELDS RETURNING Account(Id, Name)"}"""),
        new("Composite", "composite", "salesforce-composite", _ => """{"compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"account","body":{"Name":"Green Valley Farms"}}]}"""),
        new("CallApex", "apex", "salesforce-call-apex", _ => """{"method":"GET","path":["orders","4711"],"repeatable":true}"""),
        new("InvokeAction", "actions", "salesforce-invoke-action", _ => $$"""{"type":"flow","name":"Create_Follow_Up_Case","inputs":[{"accountId":"{{_accountId}}","subject":"Call back"}]}"""),
        new("Request", "request", "salesforce-request", _ => """{"method":"GET","path":"limits"}"""),
        new("UploadFile", "files/upload", "salesforce-upload-file", number => $$"""{"fileName":"hello-{{number}}.txt","content":"SGVsbG8=","linkTo":"{{_accountId}}"}"""),
        new("Check", "check", "salesforce-check", _ => """{"objectTypes":["Account"]}"""),
        new("Describe", "describe", "salesforce-describe", _ => """{"objectType":"Invoice__c"}"""),
        new("Limits", "limits", "salesforce-limits", _ => "{}"),
    ];

    /// <summary>Makes what the payloads name.</summary>
    /// <param name="deletes">How many records are deleted in the end.</param>
    public async Task PrepareAsync(int deletes, CancellationToken cancellationToken)
    {
        var accounts = await PostAsync("query", """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""", cancellationToken);
        _accountId = (string)accounts["records"]![0]!["Id"]!;
        var leads = await PostAsync("query", """{"soqlQuery":"SELECT Id, Name FROM Lead","pageSize":200}""", cancellationToken);
        _nextRecordsUrl = (string)leads["nextRecordsUrl"]!;
        while (_spare.Count < deletes)
        {
            var records = string.Join(',', Enumerable.Repeat("""{"Name":"To be deleted"}""", Batch));
            var created = await PostAsync("collections/create", $$"""{"objectType":"Account","records":[{{records}}]}""", cancellationToken);
            foreach (var result in created.AsArray())
            {
                _spare.Enqueue((string)result!["id"]!);
            }
        }
    }

    private async Task<JsonNode> PostAsync(string route, string payload, CancellationToken cancellationToken)
    {
        using var content = new StringContent(payload, new MediaTypeHeaderValue("application/json", "utf-8"));
        using var response = await connector.PostAsync(new Uri(route, UriKind.Relative), content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidDataException($"{route} answered with {(int)response.StatusCode}: {text}");
    }
}
