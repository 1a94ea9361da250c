using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>SOQL whose values come from outside.</summary>
/// <remarks>SOQL and SOSL Reference, "SOQL SELECT Syntax".</remarks>
public static partial class Soql
{
    /// <summary>A string literal to its end; without a closing quote, all the rest.</summary>
    internal const string StringLiteral = @"'[^'\\]*(\\.[^'\\]*)*'?";

    /// <summary>A colon and a name, with the date literal that takes its number, such as <c>LAST_N_DAYS:days</c>.</summary>
    internal const string Placeholder =
        @"(?<days>\b(?i:(LAST|NEXT)_N_[A-Z_]+|N_[A-Z_]+_AGO))?:(?<name>[A-Za-z_][A-Za-z0-9_]*)";

    /// <summary>Puts literals of the parameters' values where the query has their placeholders, <c>:name</c>.</summary>
    /// <returns>The SOQL; the query itself if it has no placeholder.</returns>
    /// <exception cref="InvalidPayloadException">
    /// A parameter is missing, unused, or of no form that SOQL has a literal for.
    /// </exception>
    public static string Bind(string query, BindParameters? parameters) =>
        new Binding("soqlQuery", "soqlParameters", Tokens()).Fill(query, parameters);

    [GeneratedRegex(
        $"{StringLiteral}|{Placeholder}", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();
}
