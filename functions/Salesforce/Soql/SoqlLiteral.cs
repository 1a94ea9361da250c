using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Writes payload values as SOQL literals.</summary>
/// <param name="complaints">Receives an error for each value without a literal, for which an empty text is written.</param>
/// <remarks>SOQL and SOSL Reference, "Quoted String Escape Sequences", "Date Formats and Date Literals".</remarks>
internal sealed partial class SoqlLiteral(Complaints complaints)
{
    /// <summary>The largest exponent; more than any double has. It limits the length of a number that is written out.</summary>
    private const int LargestExponent = 400;

    private const string Forms =
        """a string, a number, true, false, null, {"date":"2026-11-24"}, {"dateTime":"2026-11-24T10:00:00+01:00"}, {"time":"10:00:00.000Z"}, {"currency":"USD","amount":5000}, or for LIKE {"escapeLike":"…"}, {"startsWith":"…"}, {"endsWith":"…"}, {"contains":"…"}""";

    /// <param name="member">The value's path in the payload.</param>
    public string Write(JsonElement value, string member)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return WriteScalar(value, member, $"must be {Forms}, or an array of these");
        }

        return value.GetArrayLength() == 0
            ? Refuse(member, "must have at least one element, because SOQL has no empty list")
            : $"({string.Join(',', value.EnumerateArray().Select((element, i) => WriteScalar(element, $"{member}[{i}]", $"must be {Forms}")))})";
    }

    private string WriteScalar(JsonElement value, string member, string allowed) => value.ValueKind switch
    {
        JsonValueKind.String => value.TextOrNull() is { } text ? Quote(text) : Refuse(member, "must be valid Unicode"),
        JsonValueKind.Number => Expand(value.GetRawText()) ?? Refuse(member, $"must have an exponent of at most {LargestExponent}"),
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => value.GetRawText(),
        JsonValueKind.Object when value.GetPropertyCount() == 2
            && value.TryGetProperty("currency", out var currency)
            && value.TryGetProperty("amount", out var amount) => WriteCurrency(currency, amount, member),
        JsonValueKind.Object when value.GetPropertyCount() == 1 => WriteForm(value.EnumerateObject().Single(), member, allowed),
        _ => Refuse(member, allowed),
    };

    private string WriteForm(JsonProperty form, string member, string allowed)
    {
        if (form.Value.ValueKind != JsonValueKind.String)
        {
            return Refuse(member, allowed);
        }

        if (form.Value.TextOrNull() is not { } text)
        {
            return Refuse($"{member}.{form.Name}", "must be valid Unicode");
        }

        return form.Name switch
        {
            "date" => WriteDate(text) ?? Refuse($"{member}.date", "must be a date such as 2026-11-24"),
            "dateTime" => WriteTime(text) ?? Refuse(
                $"{member}.dateTime", "must be a date and time with an offset or Z, and at most 9 decimals, such as 2026-11-24T10:00:00+01:00"),
            "time" => WriteTimeOfDay(text) ?? Refuse(
                $"{member}.time", "must be a time of day without an offset or with Z, and at most 9 decimals, such as 10:00:00.000Z"),
            "escapeLike" => QuotePattern("", text, ""),
            "startsWith" => QuotePattern("", text, "%"),
            "endsWith" => QuotePattern("%", text, ""),
            "contains" => QuotePattern("%", text, "%"),
            _ => Refuse(member, allowed),
        };
    }

    private static string? WriteDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null;

    private string WriteCurrency(JsonElement currency, JsonElement amount, string member)
    {
        if (currency.ValueKind != JsonValueKind.String || currency.TextOrNull() is not { } code || !CurrencyCode().IsMatch(code))
        {
            return Refuse($"{member}.currency", "must be a three-letter currency code in capitals, such as USD");
        }

        return amount.ValueKind == JsonValueKind.Number && Expand(amount.GetRawText()) is { } number
            ? code + number
            : Refuse($"{member}.amount", $"must be a number with an exponent of at most {LargestExponent}");
    }

    private static string? WriteTimeOfDay(string text) =>
        TimeOfDay().Match(text) is { Success: true } match
        && TimeOnly.TryParseExact(match.Groups["minute"].Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? $"{match.Groups["minute"].Value}:{(match.Groups["seconds"].Success ? match.Groups["seconds"].Value : "00")}.{ZonedTime.Milliseconds(match.Groups["decimals"].Value)}Z"
            : null;

    private static string? WriteTime(string text) =>
        ZonedTime.Parse(text) is { } time
            ? time.UtcDateTime.ToString(
                time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : null;

    // SOQL has no exponents. Moves the decimal point without changing any digit.
    private static string? Expand(string number)
    {
        var e = number.AsSpan().IndexOfAny('e', 'E');
        if (e < 0)
        {
            return number;
        }

        if (!int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            || Math.Abs((long)exponent) > LargestExponent)
        {
            return null;
        }

        var sign = number[0] == '-' ? "-" : "";
        var parts = number[sign.Length..e].Split('.');
        var digits = string.Concat(parts);
        var point = parts[0].Length + exponent;
        if (point <= 0)
        {
            digits = new string('0', 1 - point) + digits;
            point = 1;
        }

        digits = digits.PadRight(point, '0');
        var whole = digits[..point].TrimStart('0') is { Length: > 0 } some ? some : "0";
        return digits.Length == point ? $"{sign}{whole}" : $"{sign}{whole}.{digits[point..]}";
    }

    /// <summary>A string as a literal.</summary>
    internal static string Quote(string text) => $"'{Escape(text, wildcards: false)}'";

    private static string QuotePattern(string before, string text, string after) => $"'{before}{Escape(text, wildcards: true)}{after}'";

    private static string Escape(string text, bool wildcards)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\'' or '\\' => escaped.Append('\\').Append(character),
                '%' or '_' when wildcards => escaped.Append('\\').Append(character),
                '\n' => escaped.Append(@"\n"),
                '\r' => escaped.Append(@"\r"),
                '\t' => escaped.Append(@"\t"),
                '\b' => escaped.Append(@"\b"),
                '\f' => escaped.Append(@"\f"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    private string Refuse(string member, string complaint)
    {
        complaints.Add(InvalidPayloadException.Complain(ErrorCodes.InvalidMember, member, complaint));
        return "";
    }

    // Salesforce's time fields have no time zone; their literals end in Z.
    [GeneratedRegex(@"\A(?<minute>[0-9]{2}:[0-9]{2})(:(?<seconds>[0-5][0-9])(\.(?<decimals>[0-9]{1,9}))?)?Z?\z")]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex CurrencyCode();
}
