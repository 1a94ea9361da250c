using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>SOSL whose values come from outside.</summary>
/// <remarks>SOQL and SOSL Reference, "FIND {SearchQuery}", "Example Text Searches".</remarks>
public static partial class Sosl
{
    /// <summary>What is searched for, to its closing brace; without one, all the rest.</summary>
    private const string SearchQuery = @"\{[^}\\]*(\\.[^}\\]*)*}?";

    private const string Find = @"(?<find>\A\s*(?i:FIND)\s*)?";

    /// <summary>
    /// Puts literals of the parameters' values where the search has their placeholders, <c>:name</c>. After <c>FIND</c>
    /// that is a text in braces: its words, and none of them an operator or a wildcard.
    /// </summary>
    /// <returns>The SOSL; the search itself if it has no placeholder.</returns>
    /// <exception cref="InvalidPayloadException">
    /// A parameter is missing, unused, or of no form that SOSL has a literal for.
    /// </exception>
    public static string Bind(string search, BindParameters? parameters) =>
        new Binding("soslSearch", "soslParameters", Tokens()).Fill(search, parameters);

    /// <summary>A text as <c>FIND</c> takes it. One with an operator's word in it is quoted, and so searched for as a phrase.</summary>
    internal static string WriteSearchQuery(string text)
    {
        var escaped = Reserved().Replace(text, @"\$0");
        return Operator().IsMatch(text) ? $"{{\"{escaped}\"}}" : $"{{{escaped}}}";
    }

    [GeneratedRegex(
        $"{Soql.StringLiteral}|{SearchQuery}|{Find}{Soql.Placeholder}",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();

    [GeneratedRegex("""[?&|!{}[\]()^~*:\\"'+-]""")]
    private static partial Regex Reserved();

    // Operators in any case. Whatever ends a word for Salesforce may end it here.
    [GeneratedRegex(@"(?<![\p{L}\p{N}])(AND|OR|NOT)(?![\p{L}\p{N}])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Operator();
}
