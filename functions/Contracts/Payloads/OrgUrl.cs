using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The base URL of an org, reduced to its origin: <c>https://MyDomainName.my.salesforce.com</c>.</summary>
[Field(
    "Salesforce base URL",
    Hint = "Empty: the function app's default org.",
    Placeholder = "https://MyDomainName.my.salesforce.com",
    Pattern = @"https?://[^/?#\s]+/?",
    Message = "must be the base URL of an org, without a path.",
    Group = FormGroup.Instance)]
[Schema("""{ "type": "string", "format": "uri" }""")]
[Example("\"https://MyDomainName.my.salesforce.com\"")]
[JsonConverter(typeof(PayloadValueConverter<OrgUrl>))]
public sealed record OrgUrl : IPayloadValue<OrgUrl>
{
    private OrgUrl(Uri origin) => Origin = origin;

    /// <summary>Scheme, host and port, the host in lower case.</summary>
    public Uri Origin { get; }

    public static OrgUrl Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.PathAndQuery != "/"
            || uri.Fragment.Length > 0
            || uri.UserInfo.Length > 0)
        {
            throw new FormatException(
                $"must be the base URL of an org such as https://MyDomainName.my.salesforce.com, without path, query or user; got {Quote.Value(WithoutUserAndQuery(text))}");
        }

        return new OrgUrl(new Uri(uri.GetLeftPart(UriPartial.Authority)));
    }

    public override string ToString() => Origin.GetLeftPart(UriPartial.Authority);

    // The error message must not contain a password or token that is part of the URL.
    private static string WithoutUserAndQuery(string text)
    {
        var query = text.IndexOfAny(['?', '#']);
        text = query < 0 ? text : $"{text[..(query + 1)]}…";
        return text.LastIndexOf('@') is var at and >= 0 ? $"…{text[at..]}" : text;
    }
}
