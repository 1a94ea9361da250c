using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Operations.Composites;

/// <summary>
/// A path under <c>/services/data/</c> and the API version of the call, such as <c>sobjects/Account/updated/</c>, or with both,
/// as in the links of Salesforce's replies. It must be encoded, and must stay below <c>/services/data/</c>.
/// </summary>
[Field(
    "Path",
    Hint = "Under the API version, such as <code>sobjects/Account/updated/</code>, or a link out of a reply of Salesforce's. Text from outside goes in only when it was checked.",
    Placeholder = "analytics/reports",
    Pattern = @"[^\s\\#]+",
    Message = "must be a path under the API version, such as sobjects/Account/updated/.")]
[Schema("""{ "type": "string", "minLength": 1 }""")]
[Example("\"sobjects/Account/updated/\"")]
[JsonConverter(typeof(PayloadValueConverter<RequestPath>))]
public sealed record RequestPath : IPayloadValue<RequestPath>
{
    // The version does not matter for this check.
    private const string Root = "/services/data/v67.0/";

    private RequestPath(string value) => Value = value;

    /// <summary>As <see cref="SalesforceRequest.Path"/> has it.</summary>
    internal string Value { get; }

    public static RequestPath Parse(string text)
    {
        var url = text.StartsWith('/') ? text : Root + text;
        var complaint = text.Length == 0
            ? "must be a path such as sobjects/Account/updated/"
            : RestUrl.Complaint(url) ?? RestUrl.ComplaintOfRead(url);
        return complaint is null ? new RequestPath(text) : throw new FormatException($"{complaint}; got {Quote.Value(text)}");
    }

    public override string ToString() => Value;
}
