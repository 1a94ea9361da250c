using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations.Apex;

namespace Connector.Tests.Apex;

/// <summary>The results of actions, approvals and quick actions, which Salesforce writes in several ways.</summary>
public sealed class OutcomeTests
{
    [Theory]
    [InlineData("""{"message":"m","statusCode":"A","errorCode":"B","fields":["F",7,"G"]}""", "m", "A", "F,G")]
    [InlineData("""{"message":"m","errorCode":"B"}""", "m", "B", null)]
    [InlineData("""{"message":"m","statusCode":"","errorCode":"B","fields":[]}""", "m", "B", "")]
    [InlineData("""{"message":5,"statusCode":7,"errorCode":"","fields":"F"}""", "", "SALESFORCE_UNEXPECTED_REPLY", null)]
    [InlineData("{}", "", "SALESFORCE_UNEXPECTED_REPLY", null)]
    public void An_error_has_its_code_under_either_name(string error, string message, string code, string? fields)
    {
        var read = Outcome.ReadError(JsonElement.Parse(error));

        (read.Message, read.ErrorCode).ShouldBe((message, code));
        (read.Fields is null ? null : string.Join(',', read.Fields)).ShouldBe(fields);
    }

    [Theory]
    [InlineData("""{"success":true,"id":"1"}""", """{"success":true,"id":"1"}""", null)]
    [InlineData("""{"isSuccess":true,"errors":null}""", """{"success":true,"isSuccess":true,"errors":null}""", null)]
    [InlineData("""{"isSuccess":false,"errors":[{"errorCode":"A","message":"m"},5]}""", """{"success":false,"isSuccess":false,"errors":[{"errorCode":"A","message":"m"},5]}""", "A m")]
    [InlineData("""{"success":false,"errors":[]}""", """{"success":false,"errors":[]}""", "SALESFORCE_UNEXPECTED_REPLY Salesforce tells no reason")]
    [InlineData("""{"success":false}""", """{"success":false}""", "SALESFORCE_UNEXPECTED_REPLY Salesforce tells no reason")]
    [InlineData("""{"success":true,"newWorkItemIds":["1"]}""", """{"newWorkitemIds":["1"],"success":true,"newWorkItemIds":["1"]}""", null)]
    [InlineData("""{"success":true,"newWorkitemIds":["1"],"newWorkItemIds":["2"]}""", """{"success":true,"newWorkitemIds":["1"],"newWorkItemIds":["2"]}""", null)]
    public void A_result_has_what_the_documentation_names_whichever_way_it_came(string came, string json, string? error)
    {
        var outcome = Outcome.Read(JsonElement.Parse(came));

        JsonNode.DeepEquals(JsonNode.Parse(Encoding.UTF8.GetString(outcome.Json.Span)), JsonNode.Parse(json)).ShouldBeTrue();
        outcome.Errors?.Select(one => $"{one.ErrorCode} {one.Message}").ShouldHaveSingleItem().ShouldBe(error);
        (outcome.Errors is null).ShouldBe(error is null);
    }

    [Theory]
    [InlineData(false, """{"success":false,"errors":[{"statusCode":"A","message":"m","fields":["F"]},{"statusCode":"B","message":"n","fields":[]}]}""")]
    [InlineData(true, """{"success":false,"errors":[{"statusCode":"A","message":"m","fields":["F"]},{"statusCode":"B","message":"n","fields":[]}],"outcomeUnknown":true}""")]
    public void A_failure_has_all_its_errors(bool outcomeUnknown, string json)
    {
        var outcome = Outcome.Failed([new SalesforceError("m", "A", ["F"]), new SalesforceError("n", "B")], outcomeUnknown);

        Encoding.UTF8.GetString(outcome.Json.Span).ShouldBe(json);
    }
}
