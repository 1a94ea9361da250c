using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>A version of the REST API: <c>v67.0</c>, or <c>67.0</c>.</summary>
[Field(
    "Salesforce API version",
    Hint = "Empty: the function app's default version.",
    Placeholder = "v67.0",
    Pattern = @"v[1-9][0-9]{1,2}\.0",
    Message = "must be a version such as v67.0.",
    Group = FormGroup.Instance)]
[Schema("""{ "type": "string", "pattern": "^[vV]?[1-9][0-9]{1,2}\\.0$" }""")]
[Example("\"v67.0\"")]
[JsonConverter(typeof(PayloadValueConverter<ApiVersion>))]
public sealed partial record ApiVersion : IPayloadValue<ApiVersion>
{
    private readonly string _version;

    private ApiVersion(string version, int number) => (_version, Number) = (version, number);

    /// <summary>The number: 67 for <c>v67.0</c>.</summary>
    internal int Number { get; }

    public static ApiVersion Parse(string text) =>
        VersionNumber().Match(text) is { Success: true } match
            ? new ApiVersion($"v{match.Groups["number"].Value}.0", int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture))
            : throw new FormatException($"must be a Salesforce API version such as v67.0; got {Quote.Value(text)}");

    /// <summary>The version in the form of a path segment: <c>v67.0</c>.</summary>
    public override string ToString() => _version;

    [GeneratedRegex(@"\Av?(?<number>[1-9][0-9]{1,2})\.0\z", RegexOptions.IgnoreCase)]
    private static partial Regex VersionNumber();
}
