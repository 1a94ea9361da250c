namespace SalesforceSimulator.Http;

/// <summary>Patterns in which <c>*</c> matches any text.</summary>
internal static class Glob
{
    public static bool IsMatch(ReadOnlySpan<char> text, string pattern)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        if (!text.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text[parts[0].Length..];
        foreach (var part in parts[1..^1])
        {
            var at = rest.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return rest.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}
