using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SalesforceSimulator.Events.Payloads;

namespace SalesforceSimulator.Tests.Events;

/// <summary>Differences of long texts, and when the whole text is sent.</summary>
public sealed partial class TextDifferenceTests
{
    [Fact]
    public void Applying_a_difference_makes_the_new_text_whose_hash_it_has()
    {
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            var before = Lines(random, 60);
            var after = before.ToList();
            for (var change = 0; change < random.Next(1, 5); change++)
            {
                var at = random.Next(after.Count);
                switch (random.Next(3))
                {
                    case 0:
                        after[at] = $"Changed {random.Next()}";
                        break;
                    case 1:
                        after.RemoveAt(at);
                        break;
                    default:
                        after.Insert(at, $"Added {random.Next()}");
                        break;
                }
            }

            var difference = TextDifference.Of(string.Join('\n', before), string.Join('\n', after)).ShouldNotBeNull();

            difference.Split('\n')[1].ShouldBe($"+++ {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', after))))}");
            Apply(before, difference).ShouldBe(after);
        }
    }

    [Fact]
    public void Short_texts_and_large_differences_are_sent_whole()
    {
        var random = new Random(1);
        var text = string.Join('\n', Lines(random, 60));

        TextDifference.Of("short", text).ShouldBeNull();
        TextDifference.Of(text, "short").ShouldBeNull();
        TextDifference.Of(text, string.Join('\n', Lines(random, 60))).ShouldBeNull();
        TextDifference.Of(new string('a', 2_000), new string('b', 2_000)).ShouldBeNull();
        TextDifference.Of(text, string.Concat(Enumerable.Repeat(text + "\n", 3))).ShouldBeNull();
    }

    private static List<string> Lines(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(line => $"Line {line} of a text of many lines, {random.Next(10_000)}")];

    private static List<string> Apply(List<string> before, string difference)
    {
        List<string> after = [];
        var at = 0;
        foreach (var line in difference.Split('\n').Skip(2))
        {
            if (Hunk().Match(line) is { Success: true } hunk)
            {
                // An empty range begins after its line, and any other at it.
                var (start, removed) = (Number(hunk, 1), Number(hunk, 2));
                var begin = removed == 0 ? start : start - 1;
                after.AddRange(before[at..begin]);
                at = begin;
            }
            else if (line[0] == '-')
            {
                before[at++].ShouldBe(line[1..]);
            }
            else
            {
                after.Add(line[1..]);
            }
        }

        after.AddRange(before[at..]);
        return after;
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^@@ -(\d+),(\d+) \+\d+,\d+ @@$", RegexOptions.CultureInvariant)]
    private static partial Regex Hunk();
}
