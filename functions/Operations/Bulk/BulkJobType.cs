using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>Whether a bulk job writes (<c>ingest</c>) or reads (<c>query</c>).</summary>
[Field("Type of job")]
[Schema("""{ "type": "string", "enum": ["ingest", "query"] }""")]
[JsonConverter(typeof(PayloadValueConverter<BulkJobType>))]
public sealed record BulkJobType : IPayloadValue<BulkJobType>
{
    internal static readonly BulkJobType Ingest = new("ingest");

    private static readonly string[] Names = [Ingest._name, "query"];

    private readonly string _name;

    private BulkJobType(string name) => _name = name;

    /// <summary>Where jobs of the type are, under <c>/services/data/{version}/</c>.</summary>
    internal string Path => $"jobs/{_name}";

    public static BulkJobType Parse(string text) =>
        Names.Contains(text) ? new BulkJobType(text) : throw new FormatException($"must be one of {string.Join(", ", Names)}; got {Quote.Value(text)}");

    public override string ToString() => _name;
}
