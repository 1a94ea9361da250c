using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using FsCheck;
using FsCheck.Fluent;

namespace Connector.Tests.Queries;

/// <summary>A value that is bound, made up by FsCheck, and how its literal is told from any other.</summary>
/// <param name="Json">How it is sent.</param>
/// <param name="Text">The text in it, if it is one.</param>
/// <param name="IsWrittenAs">Whether a literal says just this value, by the rules that Salesforce reads literals by.</param>
/// <param name="Shrink">The value for a shorter text.</param>
internal sealed partial record BindValue(string Json, string Text, Func<ParsedLiteral, bool> IsWrittenAs, Func<string, BindValue>? Shrink = null)
{
    /// <summary>Characters that are, or look like, quotes, escapes and ends of lines, and others that text is known to break at.</summary>
    public const string Suspicious =
        "'\"`\\%_:;,.(){}[]/-+*?&|!^~#@$<>= \u00a0\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u0301\u0374\u055a\u05f3\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07\uff02\uff3c\ufe68\u2216\u29f5\u2028\u2029\u200b\u200d\u202e\ufeff\ufffd\ufffe\uffff\ufdd0\ufe0f\ue000";

    private static readonly string[] Injections =
    [
        "' OR Name != '", "') OR (Id != '", "' OR ''='", "\\' OR Name != \\'", "\\", "'--", "' LIMIT 1 //", "'/*", "*/'", "x' AND Id IN (SELECT AccountId FROM Contact) AND Name = 'x",
        "\\u0027 OR Name != \\u0027", "\\\\u0027", "%' OR Name LIKE '%", "\\%", "\\_", ":a", ":list", "'||'", "' + '", "\u02bc OR Name != \u02bc", "\uff07 OR Name != \uff07", "null", "LAST_N_DAYS:3", " OR ", " and not ",
        "x} RETURNING User(Id) {", "'\n OR Name != \n'", "\r\n", "\0'", "\ud83d\ude00'", "a\\\ud83d\ude00",
    ];

    private static readonly JsonSerializerOptions[] Encodings =
        [JsonSerializerOptions.Default, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    private static readonly (string Name, string Before, string After)[] LikeForms =
        [("escapeLike", "", ""), ("startsWith", "", "%"), ("endsWith", "%", ""), ("contains", "%", "%")];

    /// <summary>Texts of up to eight pieces, each any character of Unicode, a suspicious one, or something to break out with.</summary>
    public static Gen<string> Texts { get; } =
        from length in Gen.Choose(0, 8)
        from pieces in Gen.Frequency(
                (4, Scalar(0x20, 0x7e)),
                (3, Scalar(0, 0xffff)),
                (3, Scalar(0, 0x10ffff)),
                (3, Gen.OneOf(Scalar(0, 0x1f), Scalar(0x7f, 0x9f))),
                (4, Gen.Elements(Suspicious.Select(character => character.ToString()))),
                (2, Gen.Choose(1, 6).Select(length => new string('\\', length))),
                (2, Gen.Elements("'", "''", "\\'")),
                (2, Gen.Elements(Injections)))
            .ArrayOf(length)
        select string.Concat(pieces);

    private static Gen<BindValue> Strings { get; } =
        Written(text => text, (text, token) => token.Type == "STRING" && SoqlStrings.Read(token.Text) == text);

    private static Gen<BindValue> Patterns { get; } =
        from form in Gen.Elements(LikeForms)
        from pattern in Written(
            text => new Dictionary<string, string> { [form.Name] = text },
            (text, token) => token.Type == "STRING" && SoqlStrings.ReadPattern(token.Text).SequenceEqual(
                [.. Wildcards(form.Before), .. text.Select(character => (character, false)), .. Wildcards(form.After)]))
        select pattern;

    private static Gen<BindValue> Numbers { get; } =
        from sign in Gen.Elements("", "-")
        from whole in Gen.OneOf(Gen.Choose(0, 99), Gen.Choose(0, int.MaxValue))
        from zeros in Gen.Choose(0, 20)
        from fraction in Gen.OneOf(Gen.Constant(""), Gen.Choose(0, int.MaxValue).Select(digits => $".{digits}"), Gen.Choose(0, 999).Select(digits => $".{digits:D9}"))
        from exponent in Gen.Frequency((2, Gen.Constant("")), (1, Gen.Choose(-30, 30).Select(e => $"e{e}")), (1, Gen.Choose(0, 300).Select(e => $"E+{e}")))
        let json = $"{sign}{whole}{(whole == 0 ? "" : new string('0', zeros))}{fraction}{exponent}"
        select new BindValue(json, "", token => token.Type is "INTEGER" or "DECIMAL" && Decimal().IsMatch(token.Text) && Exact(token.Text) == Exact(json));

    private static Gen<BindValue> Constants { get; } =
        from constant in Gen.Elements(("true", "BOOLEAN"), ("false", "BOOLEAN"), ("null", "NULL"))
        // The parser gives some in capitals.
        select new BindValue(constant.Item1, "", token => token.Type == constant.Item2 && token.Text.Equals(constant.Item1, StringComparison.OrdinalIgnoreCase));

    private static Gen<BindValue> Dates { get; } =
        from day in Gen.Choose(DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber)
        let date = DateOnly.FromDayNumber(day).ToString("O", CultureInfo.InvariantCulture)
        select new BindValue($$"""{"date":"{{date}}"}""", "", token => token == new ParsedLiteral("DATE", date));

    private static Gen<BindValue> Times { get; } =
        from day in Gen.Choose(1, 3_000_000)
        from millisecond in Gen.Choose(0, 86_399_999)
        from minutes in Gen.Choose(-14 * 60, 14 * 60)
        from written in Gen.Elements("yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFzzz", "yyyy-MM-dd'T'HH:mm:sszzz")
        let local = new DateTime(day * TimeSpan.TicksPerDay).AddMilliseconds(millisecond)
        let json = new DateTimeOffset(local, TimeSpan.FromMinutes(minutes)).ToString(written, CultureInfo.InvariantCulture)
        select new BindValue(
            $$"""{"dateTime":"{{json}}"}""", "",
            token => token.Type == "DATETIME" && Utc().IsMatch(token.Text)
                && DateTimeOffset.Parse(token.Text, CultureInfo.InvariantCulture) == DateTimeOffset.Parse(json, CultureInfo.InvariantCulture));

    private static Gen<BindValue> ZonedTimes { get; } =
        from day in Gen.Choose(1, 3_000_000)
        from nanoseconds in Gen.Choose(0, 999_999_999)
        from decimals in Gen.Choose(1, 9)
        from zone in Gen.Elements("", "[Europe/Berlin]", "[Etc/GMT-14]", "[America/Argentina/Buenos_Aires]")
        let second = new DateTime(day * TimeSpan.TicksPerDay).AddSeconds(nanoseconds % 86_400)
        let written = nanoseconds.ToString("D9", CultureInfo.InvariantCulture)[..decimals]
        let json = $"{second:yyyy-MM-dd'T'HH:mm:ss}.{written}+01:00{zone}"
        select new BindValue(
            $$"""{"dateTime":"{{json}}"}""", "",
            token => token.Type == "DATETIME" && Utc().IsMatch(token.Text)
                && DateTimeOffset.Parse(token.Text, CultureInfo.InvariantCulture)
                    == new DateTimeOffset(second.AddMilliseconds(int.Parse(written.PadRight(3, '0')[..3], CultureInfo.InvariantCulture)), TimeSpan.FromHours(1)));

    private static Gen<BindValue> Scalars { get; } =
        Gen.Frequency((4, Strings), (2, Patterns), (2, Numbers), (1, Constants), (1, Dates), (1, Times), (1, ZonedTimes));

    /// <summary>One value, of any form but a list.</summary>
    public static Arbitrary<BindValue[]> Any { get; } = Arb.From(Scalars.ArrayOf(1), Smaller);

    /// <summary>One value that LIKE takes.</summary>
    public static Arbitrary<BindValue[]> ForLike { get; } = Arb.From(Gen.OneOf(Strings, Patterns).ArrayOf(1), Smaller);

    /// <summary>The values of a list, of any form, mixed.</summary>
    public static Arbitrary<BindValue[]> List { get; } =
        Arb.From(Gen.Choose(1, 24).SelectMany(length => Scalars.ArrayOf(length)), Smaller);

    // What FsCheck shows of a counterexample.
    public override string ToString() => Json;

    private static IEnumerable<BindValue[]> Smaller(BindValue[] values) =>
        (values.Length > 1 ? values : Smaller(values[0])).Select(value => new[] { value });

    private static IEnumerable<BindValue> Smaller(BindValue value)
    {
        var runes = value.Text.EnumerateRunes().ToArray();
        for (var length = runes.Length / 2; value.Shrink is { } shrink && length > 0; length /= 2)
        {
            for (var at = 0; at + length <= runes.Length; at += length)
            {
                yield return shrink(string.Concat([.. runes[..at], .. runes[(at + length)..]]));
            }
        }
    }

    private static Gen<BindValue> Written(Func<string, object> form, Func<string, ParsedLiteral, bool> isWrittenAs) =>
        from encoding in Gen.Elements(Encodings)
        from text in Texts
        select Write(text, encoding, form, isWrittenAs);

    private static BindValue Write(
        string text, JsonSerializerOptions encoding, Func<string, object> form, Func<string, ParsedLiteral, bool> isWrittenAs) =>
        new(
            JsonSerializer.Serialize(form(text), encoding),
            text,
            token => isWrittenAs(text, token),
            shorter => Write(shorter, encoding, form, isWrittenAs));

    private static IEnumerable<(char Character, bool IsWildcard)> Wildcards(string wildcards) => wildcards.Select(wildcard => (wildcard, true));

    private static Gen<string> Scalar(int first, int last) =>
        Gen.Choose(first, last).Where(code => Rune.IsValid(code)).Select(char.ConvertFromUtf32);

    // A number without its exponent and its last zeros, exactly.
    private static (BigInteger Digits, int Exponent) Exact(string number)
    {
        var parts = number.Split('e', 'E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var exponent = (parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture)) - (point < 0 ? 0 : parts[0].Length - point - 1);
        while (!digits.IsZero && digits % 10 == 0)
        {
            digits /= 10;
            exponent++;
        }

        return (digits, digits.IsZero ? 0 : exponent);
    }

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z\z")]
    private static partial Regex Utc();
}
