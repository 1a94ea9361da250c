using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Binds untrusted values to SOSL searches.</summary>
/// <remarks>SOQL and SOSL Reference, "FIND {SearchQuery}", "Example Text Searches".</remarks>
public static partial class Sosl
{
    /// <summary>A search expression up to its closing brace; without one, up to the end.</summary>
    private const string SearchQuery = @"\{[^}\\]*(\\.[^}\\]*)*}?";

    private const string Find = @"(?<find>\A\s*(?i:FIND)\s*)?";

    /// <summary>
    /// Replaces each placeholder, <c>:name</c>, with the literal of its parameter's value. After <c>FIND</c> the literal is a
    /// search expression in braces, in which operators and wildcards have no effect.
    /// </summary>
    /// <returns>The bound SOSL; the search itself if it has no placeholders.</returns>
    /// <exception cref="InvalidPayloadException">A parameter is missing, unused, or has no SOSL literal.</exception>
    public static string Bind(string search, BindParameters? parameters) =>
        new Binding("soslSearch", "soslParameters", Tokens()).Fill(search, parameters);

    /// <summary>Writes a text as a search expression. A text that contains an operator's word is quoted and searched as a phrase.</summary>
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

    // Operators in any case. Every character that could end a word for Salesforce ends it here.
    [GeneratedRegex(@"(?<![\p{L}\p{N}])(AND|OR|NOT)(?![\p{L}\p{N}])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Operator();
}
