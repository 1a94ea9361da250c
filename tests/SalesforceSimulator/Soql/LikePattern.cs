namespace SalesforceSimulator.Soql;

/// <summary>A pattern of <c>LIKE</c>: <c>%</c> matches any text, <c>_</c> one character. It ignores case.</summary>
internal sealed class LikePattern
{
    private readonly List<(char Character, bool IsWildcard)> _parts = [];

    public void AddCharacter(char character) => _parts.Add((char.ToUpperInvariant(character), false));

    public void AddWildcard(char wildcard) => _parts.Add((wildcard, true));

    public bool IsMatch(string text)
    {
        // After a mismatch, returns to the last % and lets it match one more character.
        var (t, p) = (0, 0);
        var (retryText, retryPattern) = (0, -1);
        while (t < text.Length)
        {
            if (p < _parts.Count && _parts[p] is ('%', true))
            {
                (retryText, retryPattern) = (t, p);
                p++;
            }
            else if (p < _parts.Count && (_parts[p] is ('_', true) || _parts[p] == (char.ToUpperInvariant(text[t]), false)))
            {
                t++;
                p++;
            }
            else if (retryPattern >= 0)
            {
                t = ++retryText;
                p = retryPattern + 1;
            }
            else
            {
                return false;
            }
        }

        return _parts.Skip(p).All(part => part is ('%', true));
    }
}
