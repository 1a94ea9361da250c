using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Storage;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>
/// The name of a blob in the connector's container <c>salesforce-bulk</c>, such as <c>imports/accounts.csv</c>. It contains CSV,
/// or JSON lines: one record as a JSON object on each line. UTF-8.
/// </summary>
[Field(
    "Source",
    Hint = "A blob of the connector's container salesforce-bulk, such as imports/accounts.csv: CSV, or JSON lines.",
    Placeholder = "imports/accounts.csv",
    Message = "must be the name of a blob, without empty, . and .. segments.")]
[Schema("""{ "type": "string", "minLength": 1, "maxLength": 1024 }""")]
[Example("\"imports/accounts.csv\"")]
[JsonConverter(typeof(PayloadValueConverter<BulkSource>))]
public sealed record BulkSource : IPayloadValue<BulkSource>
{
    private readonly string _name;

    private BulkSource(string name) => _name = name;

    public static BulkSource Parse(string text) =>
        BulkContainer.IsName(text)
            ? new BulkSource(text)
            : throw new FormatException(
                $"must be the name of a blob in the container {StorageConnection.BulkContainer}, such as imports/accounts.csv, without empty, . and .. segments; got {Quote.Value(text)}");

    public override string ToString() => _name;
}
