using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The API name of a field: <c>Name</c>, <c>External_Id__c</c>.</summary>
[Field("Field", Placeholder = "External_Id__c", Message = "must be the API name of a field, such as External_Id__c.")]
[Schema("""{ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,79}$" }""")]
[Example("\"External_Id__c\"")]
[JsonConverter(typeof(PayloadValueConverter<FieldName>))]
public sealed record FieldName : IPayloadValue<FieldName>
{
    private readonly string _name;

    private FieldName(string name) => _name = name;

    public static FieldName Parse(string text) =>
        SObjectName.ApiName().IsMatch(text)
            ? new FieldName(text)
            : throw new FormatException(
                $"must be the API name of a field such as External_Id__c (a letter, then letters, digits and _, at most 80); got {Quote.Value(text)}");

    public override string ToString() => _name;
}
