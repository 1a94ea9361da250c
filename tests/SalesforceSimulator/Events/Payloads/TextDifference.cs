using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SalesforceSimulator.Events.Payloads;

/// <summary>Writes the difference of two long texts, which update events carry in place of the new text.</summary>
/// <remarks>Change Data Capture Developer Guide, "Sending Data Differences for Fields of Updated Records".</remarks>
internal static class TextDifference
{
    private const int ShortestText = 1_000;

    // Comparing takes time and memory of the product of the two numbers of lines.
    private const int MostLines = 500;

    /// <returns>A unified difference without context; <see langword="null"/> if Salesforce sends the whole text.</returns>
    public static string? Of(string before, string after)
    {
        if (before.Length < ShortestText || after.Length < ShortestText
            || Math.Abs(before.Length - after.Length) * 2 > Math.Max(before.Length, after.Length))
        {
            return null;
        }

        string[] old = before.ReplaceLineEndings("\n").Split('\n');
        string[] current = after.ReplaceLineEndings("\n").Split('\n');
        if (old.Length > MostLines || current.Length > MostLines)
        {
            return null;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(after)));
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"--- \n+++ {hash}\n");
        var changed = 0;
        foreach (var (from, removed, to, added) in Hunks(old, current))
        {
            changed += removed + added;

            // An empty range begins after the line before it.
            text.Append(CultureInfo.InvariantCulture, $"@@ -{from + Math.Min(removed, 1)},{removed} +{to + Math.Min(added, 1)},{added} @@\n");
            text.AppendJoin("", old.Skip(from).Take(removed).Select(line => $"-{line}\n"));
            text.AppendJoin("", current.Skip(to).Take(added).Select(line => $"+{line}\n"));
        }

        return changed * 4 <= old.Length + current.Length && text.Length < after.Length ? text.ToString().TrimEnd('\n') : null;
    }

    /// <summary>The runs of lines that differ, by the longest common subsequence of lines.</summary>
    private static List<(int From, int Removed, int To, int Added)> Hunks(string[] old, string[] current)
    {
        var common = new int[old.Length + 1, current.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = current.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == current[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        List<(int, int, int, int)> hunks = [];
        for (int i = 0, j = 0; i < old.Length || j < current.Length;)
        {
            var (from, to) = (i, j);
            while ((i < old.Length || j < current.Length) && !(i < old.Length && j < current.Length && old[i] == current[j]))
            {
                if (j == current.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
                {
                    i++;
                }
                else
                {
                    j++;
                }
            }

            if (i > from || j > to)
            {
                hunks.Add((from, i - from, to, j - to));
            }

            while (i < old.Length && j < current.Length && old[i] == current[j])
            {
                i++;
                j++;
            }
        }

        return hunks;
    }
}
