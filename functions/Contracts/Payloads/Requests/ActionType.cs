using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads.Requests;

/// <summary>
/// A kind of action: an active autolaunched flow, a class with an invocable Apex method, one of Salesforce's standard actions,
/// or a quick action.
/// </summary>
/// <remarks>Actions Developer Guide; REST API Developer Guide, "Quick Actions".</remarks>
[Field("Kind of action")]
[Schema("""{ "type": "string", "enum": ["flow", "apex", "standard", "quick"] }""")]
[JsonConverter(typeof(PayloadValueConverter<ActionType>))]
public sealed record ActionType : IPayloadValue<ActionType>
{
    private const string Quick = "quick";

    private static readonly Dictionary<string, string> Paths = new()
    {
        ["flow"] = "actions/custom/flow",
        ["apex"] = "actions/custom/apex",
        ["standard"] = "actions/standard",
        [Quick] = "quickActions",
    };

    private readonly string _name;

    private ActionType(string name) => _name = name;

    internal bool IsQuick => _name == Quick;

    /// <summary>Where actions of the kind are, under <c>/services/data/{version}/</c>.</summary>
    /// <param name="objectType">The sObject that quick actions belong to.</param>
    internal string PathOf(SObjectName? objectType) => objectType is null ? Paths[_name] : $"sobjects/{objectType}/{Paths[_name]}";

    public static ActionType Parse(string text) =>
        Paths.ContainsKey(text)
            ? new ActionType(text)
            : throw new FormatException($"must be one of {string.Join(", ", Paths.Keys)}; got {Quote.Value(text)}");

    public override string ToString() => _name;
}
