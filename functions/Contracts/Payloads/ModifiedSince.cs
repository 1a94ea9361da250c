using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// A point in time, as a date and time or in the form of the header <c>Last-Modified</c>. If there was no change since
/// then, Salesforce replies with 304, without a body.
/// </summary>
/// <remarks>REST API Developer Guide, "Conditional Request Headers": describes, and rows of Account.</remarks>
[Field(
    "If modified since",
    Hint = "The reply is 304 without a body if nothing has changed since then. For records, Salesforce supports it only for Account.",
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

    /// <summary>The header of the call.</summary>
    internal KeyValuePair<string, string> Header => KeyValuePair.Create(HeaderNames.IfModifiedSince, ToString());

    public static ModifiedSince Parse(string text) =>
        new(ZonedTime.Parse(text) ?? ParseOther(text) ?? throw new FormatException(
            $"must be a date and time such as 2026-11-24T10:00:00Z, or have the form of the header Last-Modified; got {Quote.Value(text)}"));

    // The form of the header Last-Modified, or of record data without a time zone.
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
