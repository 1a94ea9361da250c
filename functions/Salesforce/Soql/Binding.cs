using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Soql;

/// <summary>Replaces the placeholders of one query with literals.</summary>
/// <param name="queryMember">The payload's member that contains the query.</param>
/// <param name="parametersMember">The payload's member that contains the values.</param>
/// <param name="tokens">
/// Matches placeholders, with their name in the group <c>name</c>, and all other tokens that may contain a colon. The
/// group <c>days</c> is a date literal before a placeholder; the group <c>find</c> is the keyword <c>FIND</c>.
/// </param>
internal sealed class Binding(string queryMember, string parametersMember, Regex tokens)
{
    // The characters, besides white space, that end a token.
    private const string Separators = "(),=<>";

    // Ten times Salesforce's default limit. Protects the memory from a long list that is used in many places.
    private const int Longest = 1_000_000;

    private readonly Complaints _complaints = new();
    private readonly Dictionary<string, string> _literals = [];

    /// <exception cref="InvalidPayloadException">A parameter is missing, unused or not usable at its placeholder.</exception>
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
                Complain(ErrorCodes.InvalidMember, queryMember, $"has a period after :{name.Value}; a placeholder must stand for a whole value");
            }

            // A date literal keeps its colon, directly followed by the number.
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
                    ErrorCodes.InvalidMember, queryMember, $"must be shorter than {Longest} characters after the values of {parametersMember} are inserted");
            }
        }

        foreach (var name in unused)
        {
            Complain(ErrorCodes.InvalidMember, $"{parametersMember}.{name}", $"is not used in {queryMember}");
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
            return Complain(ErrorCodes.MissingMember, member, $"is required, because {queryMember} has the placeholder :{name}");
        }

        if (token.Groups["find"].Success)
        {
            return value.ValueKind == JsonValueKind.String && value.TextOrNull() is { } text
                ? Sosl.WriteSearchQuery(text)
                : Complain(ErrorCodes.InvalidMember, member, "must be a string of valid Unicode, because it follows FIND");
        }

        if (!_literals.TryGetValue(name, out var literal))
        {
            _literals[name] = literal = new SoqlLiteral(_complaints).Write(value, member);
        }

        return token.Groups["days"] is { Success: true, Value: var days } && !literal.All(char.IsAsciiDigit)
            ? Complain(ErrorCodes.InvalidMember, member, $"must be a whole number, 0 or more, because it follows {days}")
            : literal;
    }

    private string Complain(string errorCode, string member, string complaint)
    {
        _complaints.Add(InvalidPayloadException.Complain(errorCode, member, complaint));
        return "";
    }
}
