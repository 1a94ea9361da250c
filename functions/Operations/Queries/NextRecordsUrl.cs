using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Queries;

/// <summary>The URL of the next page of a query's result, such as <c>/services/data/v67.0/query/01g…-2000</c>.</summary>
/// <remarks>REST API Developer Guide, "Query More Results".</remarks>
[Field(
    "Next records URL",
    Hint = "From the page before it, such as <code>=page.nextRecordsUrl</code>.",
    Message = "must be a nextRecordsUrl from a query's reply.")]
[Schema("""{ "type": "string", "pattern": "^/services/data/v[0-9]{1,3}\\.[0-9]/(query|queryAll)/[A-Za-z0-9]{1,100}(-[0-9]{1,10})?$" }""")]
[Example("\"/services/data/v67.0/query/01gDn0000070001IAA-200\"")]
[JsonConverter(typeof(PayloadValueConverter<NextRecordsUrl>))]
public sealed partial record NextRecordsUrl : IPayloadValue<NextRecordsUrl>
{
    private readonly string _path;

    private NextRecordsUrl(string path) => _path = path;

    public static NextRecordsUrl Parse(string text) =>
        Form().IsMatch(text)
            ? new NextRecordsUrl(text)
            : throw new FormatException(
                $"must be a nextRecordsUrl from a query's reply, such as /services/data/v67.0/query/01g000000000001AAA-2000; got {Quote.Value(text)}");

    public override string ToString() => _path;

    [GeneratedRegex(@"\A/services/data/v[0-9]{1,3}\.[0-9]/(query|queryAll)/[A-Za-z0-9]{1,100}(-[0-9]{1,10})?\z")]
    private static partial Regex Form();
}
