using System.Text.RegularExpressions;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>What Bulk API 2.0 does not query, as far as a query's text tells.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide, "SOQL Considerations".</remarks>
internal static partial class BulkSoql
{
    private static readonly HashSet<string> Aggregates =
        new(["AVG", "COUNT", "COUNT_DISTINCT", "GROUPING", "MAX", "MIN", "SUM"], StringComparer.OrdinalIgnoreCase);

    // Compound fields of standard objects. Of a custom field, the name does not tell that it is a location.
    private static readonly HashSet<string> Compounds = new(
        [
            "AdditionalAddress", "Address", "BillingAddress", "MailingAddress", "OtherAddress", "PersonMailingAddress", "PersonOtherAddress",
            "QuoteToAddress", "ShipFromAddress", "ShippingAddress",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the parts of a query that the Bulk API refuses. Literals are not looked into.</summary>
    /// <returns>Their names, each once; empty if there are none.</returns>
    public static IReadOnlyList<string> FindRefused(string soql)
    {
        string[] tokens = [.. Tokens().Matches(soql).Select(token => token.Value)];
        var refused = new List<string>();
        var (depth, isInList) = (0, false);
        for (var i = 0; i < tokens.Length; i++)
        {
            depth += tokens[i] switch { "(" => 1, ")" => -1, _ => 0 };
            isInList = depth > 0 ? isInList : (isInList || Is(tokens, i, "SELECT")) && !Is(tokens, i, "FROM");
            var found = (depth, isInList) switch
            {
                (1, true) when tokens[i] == "(" && Is(tokens, i + 1, "SELECT") => "a child subquery",
                (0, true) => FindInList(tokens, i),
                (0, false) => FindBehindList(tokens, i),
                _ => null,
            };
            if (found is not null && !refused.Contains(found))
            {
                refused.Add(found);
            }
        }

        return refused;
    }

    private static string? FindInList(string[] tokens, int at)
    {
        var token = tokens[at];
        if (at + 1 < tokens.Length && tokens[at + 1] == "(")
        {
            return Aggregates.Contains(token) ? $"the aggregate function {token.ToUpperInvariant()}"
                : Is(tokens, at, "FIELDS") ? "FIELDS()"
                : null;
        }

        // An alias follows its field, and is no field.
        var isFirst = at > 0 && (tokens[at - 1] == "," || Is(tokens, at - 1, "SELECT"));
        return !isFirst ? null
            : Is(tokens, at, "TYPEOF") && IsWord(tokens, at + 1) && !Is(tokens, at + 1, "FROM") ? "TYPEOF"
            : Compounds.Contains(token[(token.LastIndexOf('.') + 1)..]) ? $"the compound field {token}"
            : null;
    }

    private static string? FindBehindList(string[] tokens, int at) =>
        Is(tokens, at, "GROUP") && Is(tokens, at + 1, "BY") ? "GROUP BY"
        : Is(tokens, at, "OFFSET") && at + 1 < tokens.Length && char.IsAsciiDigit(tokens[at + 1][0]) ? "OFFSET"
        : null;

    private static bool Is(string[] tokens, int at, string word) =>
        at < tokens.Length && tokens[at].Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsWord(string[] tokens, int at) => at < tokens.Length && char.IsLetter(tokens[at][0]);

    [GeneratedRegex(
        $@"{Soql.StringLiteral}|[\p{{L}}_][\w.]*|[0-9][\w.:+-]*|\S", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();
}
