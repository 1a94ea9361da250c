using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The API name of an sObject: <c>Account</c>, <c>Invoice__c</c>, <c>ns__Invoice__c</c>.</summary>
[Field(
    "Salesforce object",
    Hint = "API name, such as Account or Invoice__c.",
    Placeholder = "Account",
    Message = "must be the API name of an sObject, such as Account or Invoice__c.")]
[Schema("""{ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,79}$" }""")]
[Example("\"Account\"")]
[Example("\"Invoice__c\"")]
[JsonConverter(typeof(PayloadValueConverter<SObjectName>))]
public sealed partial record SObjectName : IPayloadValue<SObjectName>
{
    private readonly string _name;

    private SObjectName(string name) => _name = name;

    public static SObjectName Parse(string text) =>
        ApiName().IsMatch(text)
            ? new SObjectName(text)
            : throw new FormatException(
                $"must be the API name of an sObject such as Account or Invoice__c (a letter, then letters, digits and _, at most 80); got {Quote.Value(text)}");

    public override string ToString() => _name;

    // Letters, digits and underscores only, so that the name has no special meaning in a path.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,79}\z")]
    internal static partial Regex ApiName();
}
