using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// The time from which on a change matters, as a date and time or as the header <c>Last-Modified</c> has it. Salesforce
/// answers 304, without a body, when there has been no change.
/// </summary>
/// <remarks>REST API Developer Guide, "Conditional Request Headers": describes, and rows of Account.</remarks>
[Field(
    "If modified since",
    Hint = "The answer is 304 without a body if nothing has changed since. Of records, Salesforce knows it of Accounts only.",
    Placeholder = "2026-11-24T10:00:00Z",
    Group = FormGroup.Options)]
[Schema("""{ "type": "string" }""")]
[Example("\"2026-11-24T10:00:00Z\"")]
[Example("\"Tue, 24 Nov 2026 10:00:00 GMT\"")]
[JsonConverter(typeof(PayloadValueConverter<ModifiedSince>))]
public sealed record ModifiedSince : IPayloadValue<ModifiedSince>
{
    private readonly DateTimeOffset _time;

    private ModifiedSince(DateTimeOffset time) => _time = time;

    /// <summary>As a header of a call.</summary>
    internal KeyValuePair<string, string> Header => KeyValuePair.Create(HeaderNames.IfModifiedSince, ToString());

    public static ModifiedSince Parse(string text) =>
        new(ZonedTime.Parse(text) ?? ParseOther(text) ?? throw new FormatException(
            $"must be a date and time such as 2026-11-24T10:00:00Z, or as the header Last-Modified has it; got {Quote.Value(text)}"));

    // As a reply's Last-Modified has it, or as data without a zone.
    private static DateTimeOffset? ParseOther(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["R", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : null;

    public override string ToString() => _time.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
}
