namespace SalesforceSimulator.Soql;

/// <summary>What <c>LIKE</c> compares with: <c>%</c> stands for any text, <c>_</c> for one character; case does not count.</summary>
internal sealed class LikePattern
{
    private readonly List<(char Character, bool IsWildcard)> _parts = [];

    public void AddCharacter(char character) => _parts.Add((char.ToUpperInvariant(character), false));

    public void AddWildcard(char wildcard) => _parts.Add((wildcard, true));

    public bool IsMatch(string text)
    {
        // Walks forward; after a mismatch goes back to the last % and lets it take one character more.
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
