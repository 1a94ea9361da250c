using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Binds untrusted values to SOQL queries.</summary>
/// <remarks>SOQL and SOSL Reference, "SOQL SELECT Syntax".</remarks>
public static partial class Soql
{
    /// <summary>A string literal up to its closing quote; without one, up to the end.</summary>
    internal const string StringLiteral = @"'[^'\\]*(\\.[^'\\]*)*'?";

    /// <summary>A colon and a name, with a date literal that takes a number before it, such as <c>LAST_N_DAYS:days</c>.</summary>
    internal const string Placeholder =
        @"(?<days>\b(?i:(LAST|NEXT)_N_[A-Z_]+|N_[A-Z_]+_AGO))?:(?<name>[A-Za-z_][A-Za-z0-9_]*)";

    /// <summary>Replaces each placeholder, <c>:name</c>, with the literal of its parameter's value.</summary>
    /// <returns>The bound SOQL; the query itself if it has no placeholders.</returns>
    /// <exception cref="InvalidPayloadException">A parameter is missing, unused, or has no SOQL literal.</exception>
    public static string Bind(string query, BindParameters? parameters) =>
        new Binding("soqlQuery", "soqlParameters", Tokens()).Fill(query, parameters);

    [GeneratedRegex(
        $"{StringLiteral}|{Placeholder}", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();
}
