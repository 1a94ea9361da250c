namespace SalesforceSimulator.Soql;

/// <summary>The range of days of a date literal such as <c>LAST_N_DAYS:30</c> or <c>THIS_QUARTER</c>.</summary>
/// <remarks>SOQL and SOSL Reference, "Date Formats and Date Literals". The org's time zone is GMT. Its weeks start on Sunday.</remarks>
internal static class RelativeDates
{
    /// <summary>The first day, and the day after the last; <see langword="null"/> for an unknown name.</summary>
    public static (DateOnly Start, DateOnly End)? Resolve(string name, int? number, DateOnly today)
    {
        var upper = name.ToUpperInvariant();
        if (number is null)
        {
            return upper switch
            {
                "YESTERDAY" => Days(today, -1, 0),
                "TODAY" => Days(today, 0, 1),
                "TOMORROW" => Days(today, 1, 2),
                "LAST_90_DAYS" => Days(today, -90, 1),
                "NEXT_90_DAYS" => Days(today, 1, 91),
                _ when Unit(upper) is { } unit => Periods(today, unit.Unit, unit.Start, unit.Start + 1),
                _ => null,
            };
        }

        return upper switch
        {
            // The last n days include today; the next n start tomorrow.
            "LAST_N_DAYS" => Days(today, -number.Value, 1),
            "NEXT_N_DAYS" => Days(today, 1, number.Value + 1),
            "N_DAYS_AGO" => Days(today, -number.Value, -number.Value + 1),
            ['L', 'A', 'S', 'T', '_', 'N', '_', .. var units] => Periods(today, Singular(units), -number.Value, 0),
            ['N', 'E', 'X', 'T', '_', 'N', '_', .. var units] => Periods(today, Singular(units), 1, number.Value + 1),
            ['N', '_', .. var units] when units.EndsWith("_AGO", StringComparison.Ordinal) =>
                Periods(today, Singular(units[..^"_AGO".Length]), -number.Value, -number.Value + 1),
            _ => null,
        };
    }

    private static (string Unit, int Start)? Unit(string name) => name.Split('_', 2) switch
    {
        ["LAST", var unit] => (unit, -1),
        ["THIS", var unit] => (unit, 0),
        ["NEXT", var unit] => (unit, 1),
        _ => null,
    };

    private static string Singular(string units) => units.TrimEnd('S');

    private static (DateOnly Start, DateOnly End) Days(DateOnly today, int start, int end) => (today.AddDays(start), today.AddDays(end));

    private static (DateOnly Start, DateOnly End)? Periods(DateOnly today, string unit, int start, int end) => unit switch
    {
        "WEEK" => (StartOfWeek(today).AddDays(7 * start), StartOfWeek(today).AddDays(7 * end)),
        "MONTH" => Months(new DateOnly(today.Year, today.Month, 1), 1, start, end),
        "QUARTER" or "FISCAL_QUARTER" => Months(new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1), 3, start, end),
        "YEAR" or "FISCAL_YEAR" => Months(new DateOnly(today.Year, 1, 1), 12, start, end),
        _ => null,
    };

    private static DateOnly StartOfWeek(DateOnly day) => day.AddDays(-(int)day.DayOfWeek);

    private static (DateOnly Start, DateOnly End) Months(DateOnly current, int length, int start, int end) =>
        (current.AddMonths(length * start), current.AddMonths(length * end));
}
