using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Fills the placeholders of one query.</summary>
/// <param name="queryMember">The payload's member that the query came in.</param>
/// <param name="parametersMember">The member that the values came in.</param>
/// <param name="tokens">
/// Finds placeholders, by group <c>name</c>, and whatever may hold a colon that begins none. Group <c>days</c> is the date
/// literal in front of a placeholder; group <c>find</c>, the <c>FIND</c>.
/// </param>
internal sealed class Binding(string queryMember, string parametersMember, Regex tokens)
{
    // Beside white space, what ends a token whatever stands next to it.
    private const string Separators = "(),=<>";

    // Ten times what Salesforce takes of orgs that it set no other limit: a list that stands a thousand times must not fill
    // the memory.
    private const int Longest = 1_000_000;

    private readonly Complaints _complaints = new();
    private readonly Dictionary<string, string> _literals = [];

    /// <exception cref="InvalidPayloadException">Parameters and placeholders do not fit.</exception>
    public string Fill(string query, BindParameters? parameters)
    {
        var filled = new StringBuilder(query.Length);
        HashSet<string> unused = [.. parameters?.Values.Keys ?? []];
        var copied = 0;
        foreach (Match token in tokens.Matches(query))
        {
            var name = token.Groups["name"];
            if (!name.Success)
            {
                continue;
            }

            unused.Remove(name.Value);
            var end = name.Index + name.Length;
            if (end < query.Length && query[end] == '.')
            {
                Complain(ErrorCodes.InvalidMember, queryMember, $"has a point after :{name.Value}; a placeholder is a whole value");
            }

            // A date literal keeps its colon, and has its number close by.
            var begin = token.Groups["days"].Success ? name.Index : name.Index - 1;
            filled.Append(query, copied, begin - copied);
            if (begin < name.Index && begin > 0 && !Separates(query[begin - 1]))
            {
                filled.Append(' ');
            }

            filled.Append(Write(token, name.Value, parameters));
            if (end < query.Length && !Separates(query[end]))
            {
                filled.Append(' ');
            }

            copied = end;
            if (filled.Length > Longest)
            {
                throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, queryMember, $"must stay below {Longest} characters with the values of {parametersMember} in it");
            }
        }

        foreach (var name in unused)
        {
            Complain(ErrorCodes.InvalidMember, $"{parametersMember}.{name}", $"is used nowhere in {queryMember}");
        }

        _complaints.ThrowIfAny();

        return copied == 0 ? query : filled.Append(query, copied, query.Length - copied).ToString();
    }

    private static bool Separates(char character) => char.IsWhiteSpace(character) || Separators.Contains(character);

    private string Write(Match token, string name, BindParameters? parameters)
    {
        var member = $"{parametersMember}.{name}";
        if (parameters is null || !parameters.Values.TryGetValue(name, out var value))
        {
            return Complain(ErrorCodes.MissingMember, member, $"is required, as {queryMember} has the placeholder :{name}");
        }

        if (token.Groups["find"].Success)
        {
            return value.ValueKind == JsonValueKind.String && value.TextOrNull() is { } text
                ? Sosl.WriteSearchQuery(text)
                : Complain(ErrorCodes.InvalidMember, member, "must be a string of valid Unicode, as it comes after FIND");
        }

        if (!_literals.TryGetValue(name, out var literal))
        {
            _literals[name] = literal = new SoqlLiteral(_complaints).Write(value, member);
        }

        return token.Groups["days"] is { Success: true, Value: var days } && !literal.All(char.IsAsciiDigit)
            ? Complain(ErrorCodes.InvalidMember, member, $"must be a whole number, 0 or more, as it comes after {days}")
            : literal;
    }

    private string Complain(string errorCode, string member, string complaint)
    {
        _complaints.Add(InvalidPayloadException.Complain(errorCode, member, complaint));
        return "";
    }
}
