namespace Connector.Tests.Queries;

/// <summary>Reads string literals as Salesforce's reference says that they are read, and no other way.</summary>
/// <remarks>SOQL and SOSL Reference, "Quoted String Escape Sequences".</remarks>
internal static class SoqlStrings
{
    /// <summary>The text that a literal stands for.</summary>
    /// <exception cref="FormatException">It is no literal.</exception>
    public static string Read(string literal) => string.Concat(Read(literal, forLike: false).Select(read => read.Character));

    /// <summary>The characters and wildcards that a literal after LIKE stands for.</summary>
    /// <exception cref="FormatException">It is no literal.</exception>
    public static IEnumerable<(char Character, bool IsWildcard)> ReadPattern(string literal) => Read(literal, forLike: true);

    private static List<(char Character, bool IsWildcard)> Read(string literal, bool forLike)
    {
        if (literal is not ['\'', .. var content, '\''])
        {
            throw new FormatException($"No quotes around {literal}");
        }

        List<(char Character, bool IsWildcard)> read = [];
        for (var i = 0; i < content.Length; i++)
        {
            read.Add(content[i] switch
            {
                '\\' => (Unescape(content, forLike, ref i), false),
                '\'' or '\n' or '\r' => throw new FormatException($"The literal ends within {literal}"),
                var character => (character, forLike && character is ('%' or '_')),
            });
        }

        return read;
    }

    private static char Unescape(string content, bool forLike, ref int i)
    {
        i++;
        switch (i < content.Length ? content[i] : '\0')
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '\'' or '\\':
                return content[i];
            case '%' or '_' when forLike:
                return content[i];
            // The two that the foreign parser needs escaped; see ForeignSoqlParser.
            case 'u' when content.AsSpan(i + 1) is ['2', '0', '2', '8' or '9', ..]:
                i += 4;
                return content[i] == '8' ? '\u2028' : '\u2029';
            default:
                throw new FormatException($"An escape that there is not: {content}");
        }
    }
}
