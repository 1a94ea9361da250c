namespace LocalHost;

/// <summary>Apex classes, actions, approvals, and requests that have no operation of their own.</summary>
internal sealed partial class PassSteps
{
    private PassStep[] Automation() =>
    [
        new HttpStep("Call an Apex class", "CallApex",
            () => """
                {
                  "method": "GET",
                  "path": ["orders", "4711"],
                  "repeatable": true
                }
                """,
            200, body => Expect(Text(body, "number") == "4711", "the order 4711")),

        new QueueStep("Call it through a queue", "CallApex",
            """
            {
                "method": "PUT",
                "path": ["orders", "A/4712"],
                "body": { "customer": "Blue Harbour Shipping", "amount": 99.50 }
              }
            """,
            200, body => Expect(Text(body, "number") == "A/4712", "the order A/4712")),

        new HttpStep("Run a flow for two inputs, one of which fails", "InvokeAction",
            () => $$"""
                {
                  "type": "flow",
                  "name": "Create_Follow_Up_Case",
                  "inputs": [
                    { "accountId": "{{_sampleId}}", "subject": "Call back" },
                    { "subject": "Nobody's" }
                  ]
                }
                """,
            200, body => Expect(Successes(body) is [true, false], "a success and a failure")),

        new HttpStep("Submit an opportunity for approval", "Approvals",
            () => """
                {
                  "requests": [
                    { "actionType": "Submit", "contextId": "006Dn0000070006IAA", "comments": "Please look at the discount." }
                  ]
                }
                """,
            200, body => Expect(Successes(body) is [true], "a success")),

        new HttpStep("Create an account and its contact as a tree of records: any request", "Request",
            () => """
                {
                  "method": "POST",
                  "path": "composite/tree/Account",
                  "body": {
                    "records": [
                      {
                        "attributes": { "type": "Account", "referenceId": "account" },
                        "Name": "Red Hill Vineyards",
                        "Contacts": {
                          "records": [
                            { "attributes": { "type": "Contact", "referenceId": "contact" }, "LastName": "Moreau" }
                          ]
                        }
                      }
                    ]
                  }
                }
                """,
            201, body => Expect(Items(Member(body, "results")).Length == 2, "two results")),
    ];
}
