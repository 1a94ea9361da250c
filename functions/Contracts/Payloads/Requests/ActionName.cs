using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads.Requests;

/// <summary>The API name of an action: a flow's, an Apex class's, <c>emailSimple</c>, <c>FeedItem.TextPost</c>.</summary>
[Field(
    "Name of the action",
    Placeholder = "Create_Follow_Up_Case",
    Message = "must be the API name of a flow, an Apex class or an action, such as Create_Follow_Up_Case.")]
[Schema("""{ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,79}([.-][A-Za-z0-9_]{1,80})?$" }""")]
[Example("\"Create_Follow_Up_Case\"")]
[JsonConverter(typeof(PayloadValueConverter<ActionName>))]
public sealed partial record ActionName : IPayloadValue<ActionName>
{
    private readonly string _name;

    private ActionName(string name) => _name = name;

    public static ActionName Parse(string text) =>
        Form().IsMatch(text)
            ? new ActionName(text)
            : throw new FormatException(
                $"must be the API name of a flow, an Apex class or an action, such as Create_Follow_Up_Case or FeedItem.TextPost; got {Quote.Value(text)}");

    public override string ToString() => _name;

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,79}([.-][A-Za-z0-9_]{1,80})?\z")]
    private static partial Regex Form();
}
