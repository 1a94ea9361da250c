using System.Globalization;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>Points in time in the notations of FEEL, Java, Python and .NET.</summary>
internal static partial class ZonedTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];

    /// <summary>
    /// Parses a date and time with <c>Z</c> or an offset. Seconds are optional and can have up to nine decimals, of which the
    /// first three are used. A zone in brackets after the offset is ignored.
    /// </summary>
    /// <returns><see langword="null"/> for anything else.</returns>
    public static DateTimeOffset? Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var seconds = match.Groups["seconds"] is { Success: true, Value: var given } ? given : "00";
        var canonical = $"{match.Groups["minute"].Value}:{seconds}.{Milliseconds(match.Groups["decimals"].Value)}{match.Groups["offset"].Value}";
        return DateTimeOffset.TryParseExact(canonical, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
    }

    /// <summary>The first three decimals of a second, padded with zeros.</summary>
    public static string Milliseconds(string decimals) => decimals.Length > 3 ? decimals[..3] : decimals.PadRight(3, '0');

    // Salesforce's replies have offsets without a colon.
    [GeneratedRegex(@"\A(?<minute>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(:(?<seconds>[0-9]{2})(\.(?<decimals>[0-9]{1,9}))?)?(?<offset>Z|[+-][0-9]{2}:?[0-9]{2})(\[[A-Za-z0-9_+/:-]{1,80}\])?\z")]
    private static partial Regex Form();
}
