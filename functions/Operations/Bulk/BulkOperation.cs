using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>What a bulk job does with its rows. <c>hardDelete</c> needs the permission Bulk API Hard Delete, and leaves nothing in the recycle bin.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "Create a Job", operation.</remarks>
[Field("Bulk operation")]
[Schema("""{ "type": "string", "enum": ["insert", "update", "upsert", "delete", "hardDelete"] }""")]
[JsonConverter(typeof(PayloadValueConverter<BulkOperation>))]
public sealed record BulkOperation : IPayloadValue<BulkOperation>
{
    private const string Upsert = "upsert";

    private static readonly string[] Names = ["insert", "update", Upsert, "delete", "hardDelete"];

    private readonly string _name;

    private BulkOperation(string name) => _name = name;

    internal bool IsUpdate => _name == "update";

    internal bool IsUpsert => _name == Upsert;

    internal bool IsDelete => _name is "delete" or "hardDelete";

    public static BulkOperation Parse(string text) =>
        Names.Contains(text) ? new BulkOperation(text) : throw new FormatException($"must be one of {string.Join(", ", Names)}; got {Quote.Value(text)}");

    public override string ToString() => _name;
}
