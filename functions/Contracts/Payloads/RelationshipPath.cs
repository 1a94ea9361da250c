using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// The path from a record to related ones: one relationship name (<c>Opportunities</c>), or up to five separated by
/// <c>/</c> (<c>Account/Owner</c>).
/// </summary>
/// <remarks>REST API Developer Guide, "sObject Relationships".</remarks>
[Field(
    "Relationship field name",
    Hint = "Gets the related records instead, such as Opportunities or Account/Owner.",
    Message = "must be a relationship name such as Opportunities, or up to five of them joined by a slash.")]
[Schema("""{ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,79}(/[A-Za-z][A-Za-z0-9_]{0,79}){0,4}$" }""")]
[Example("\"Opportunities\"")]
[Example("\"Account/Owner\"")]
[JsonConverter(typeof(PayloadValueConverter<RelationshipPath>))]
public sealed record RelationshipPath : IPayloadValue<RelationshipPath>
{
    private const int MaxLevels = 5;

    private readonly string _path;

    private RelationshipPath(string path) => _path = path;

    public static RelationshipPath Parse(string text)
    {
        var names = text.Split('/');
        if (names.Length <= MaxLevels && names.All(SObjectName.ApiName().IsMatch))
        {
            return new RelationshipPath(text);
        }

        // SOQL separates relationships by a period; the REST resource requires a slash.
        var hint = text.Replace('.', '/') is var slashed && slashed != text && slashed.Split('/').All(SObjectName.ApiName().IsMatch)
            ? $"; did you mean {Quote.Value(slashed)}?"
            : "";
        throw new FormatException(
            $"must be a relationship name such as Opportunities, or up to {MaxLevels} of them joined by /, such as Account/Owner; got {Quote.Value(text)}{hint}");
    }

    public override string ToString() => _path;
}
