using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>
/// How the records of a bulk query are stored: <c>csv</c>, or <c>jsonl</c>, one JSON object on each line. The Bulk API sends
/// CSV, which has no types, so each value in JSON is a string, or null where the field is empty.
/// </summary>
[Field("Format")]
[Schema("""{ "type": "string", "enum": ["csv", "jsonl"] }""")]
[JsonConverter(typeof(PayloadValueConverter<BulkFormat>))]
public sealed record BulkFormat : IPayloadValue<BulkFormat>
{
    internal static readonly BulkFormat Csv = new("csv");

    private const string JsonLines = "jsonl";

    private static readonly string[] Names = [Csv._name, JsonLines];

    private readonly string _name;

    private BulkFormat(string name) => _name = name;

    internal bool IsJson => _name == JsonLines;

    /// <summary>The media type of a blob in this format.</summary>
    internal string MediaType => IsJson ? "application/jsonl" : "text/csv; charset=utf-8";

    public static BulkFormat Parse(string text) =>
        Names.Contains(text) ? new BulkFormat(text) : throw new FormatException($"must be one of {string.Join(", ", Names)}; got {Quote.Value(text)}");

    public override string ToString() => _name;
}
