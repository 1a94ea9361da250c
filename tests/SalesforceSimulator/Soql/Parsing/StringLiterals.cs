using System.Globalization;
using System.Text;

namespace SalesforceSimulator.Soql.Parsing;

/// <summary>Unescapes string literals.</summary>
internal static class StringLiterals
{
    /// <summary>The value of a literal.</summary>
    public static string Text(SoqlSource source, StringLiteral literal)
    {
        var text = new StringBuilder();
        Read(source, literal, character => text.Append(character), wildcard => text.Append(wildcard));
        return text.ToString();
    }

    /// <summary>The pattern of a literal after LIKE.</summary>
    public static LikePattern Pattern(SoqlSource source, StringLiteral literal)
    {
        var pattern = new LikePattern();
        Read(source, literal, pattern.AddCharacter, pattern.AddWildcard);
        return pattern;
    }

    private static void Read(SoqlSource source, StringLiteral literal, Action<char> character, Action<char> wildcard)
    {
        var quoted = literal.Quoted;
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            switch (quoted[i])
            {
                case '\\':
                    i++;
                    character(Unescape(source, literal, ref i));
                    break;
                case '%' or '_':
                    wildcard(quoted[i]);
                    break;
                case '\n' or '\r':
                    // An assumption: Apex has this message, and a query does not allow a line break either.
                    throw source.Malformed(literal.At + i, "Line breaks not allowed in string literals");
                case var plain:
                    character(plain);
                    break;
            }
        }
    }

    private static char Unescape(SoqlSource source, StringLiteral literal, ref int i)
    {
        switch (literal.Quoted[i])
        {
            case 'n' or 'N':
                return '\n';
            case 'r' or 'R':
                return '\r';
            case 't' or 'T':
                return '\t';
            case 'b' or 'B':
                return '\b';
            case 'f' or 'F':
                return '\f';
            case '"' or '\'' or '\\' or '_' or '%':
                return literal.Quoted[i];
            case 'u' when i + 4 < literal.Quoted.Length - 1
                && ushort.TryParse(literal.Quoted.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                i += 4;
                return (char)code;
            case var other:
                throw source.Malformed(literal.At + i, $"Illegal character sequence '\\{other}' in string literal");
        }
    }
}
