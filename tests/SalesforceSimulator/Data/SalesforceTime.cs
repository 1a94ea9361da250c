using System.Globalization;
using System.Text.RegularExpressions;

namespace SalesforceSimulator.Data;

/// <summary>Dates and times in Salesforce's formats. Both sort correctly as text, so records store them as text.</summary>
internal static partial class SalesforceTime
{
    private const string DateFormat = "yyyy-MM-dd";

    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);

    public static string Format(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>The start of a day in the org's time zone, GMT.</summary>
    public static string FormatStartOf(DateOnly date) => Format(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero));

    public static DateOnly? ParseDate(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>Parses a time of day in the form of literals, <c>10:00:00.000Z</c>. Salesforce's behavior with an offset is not known.</summary>
    /// <returns>The time in the form of records.</returns>
    public static string? ParseTimeOfDay(string text) =>
        TimeOnly.TryParseExact(text.TrimEnd('Z'), ["HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : null;

    /// <summary>The milliseconds since midnight of a time of day in the form of records.</summary>
    public static long MillisecondsOfDay(string text) =>
        (long)TimeOnly.ParseExact(text, "HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture).ToTimeSpan().TotalMilliseconds;

    /// <summary>Parses the formats that Salesforce accepts: with <c>Z</c>, <c>+0000</c> or <c>+00:00</c>.</summary>
    public static DateTimeOffset? ParseTime(string text)
    {
        if (!TimeShape().IsMatch(text))
        {
            return null;
        }

        var zoneWithoutColon = text.Length >= 5 && text[^5] is '+' or '-';
        var iso = zoneWithoutColon ? text.Insert(text.Length - 2, ":") : text;
        return DateTimeOffset.TryParse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:?\d\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeShape();
}
