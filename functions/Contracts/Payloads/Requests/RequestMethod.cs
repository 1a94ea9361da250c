using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads.Requests;

/// <summary>The HTTP method of a request.</summary>
[Field("Method")]
[Schema("""{ "type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"] }""")]
[JsonConverter(typeof(PayloadValueConverter<RequestMethod>))]
public sealed record RequestMethod : IPayloadValue<RequestMethod>
{
    private static readonly string[] Names = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private RequestMethod(HttpMethod value) => Value = value;

    public HttpMethod Value { get; }

    internal bool IsGet => Value == HttpMethod.Get;

    public static RequestMethod Parse(string text) =>
        Names.Contains(text)
            ? new RequestMethod(HttpMethod.Parse(text))
            : throw new FormatException($"must be one of {string.Join(", ", Names)}; got {Quote.Value(text)}");

    public override string ToString() => Value.Method;
}
