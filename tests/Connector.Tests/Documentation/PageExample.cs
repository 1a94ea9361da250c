using System.Text.RegularExpressions;
using Connector.Tests.Drivers;

namespace Connector.Tests.Documentation;

/// <summary>A block of commands on a page, and the block with their answer, if one follows.</summary>
/// <param name="Marks">Words behind <c>sh</c> at the block's start, which say why it cannot be run here.</param>
/// <param name="Answer">What the page shows as the output.</param>
/// <param name="AnswerStart">Where the answer begins in the page's text.</param>
internal sealed partial record PageExample(string Page, string Marks, string Commands, string? AnswerKind, string? Answer, int AnswerStart)
{
    public static IReadOnlyList<PageExample> On(string page) =>
    [
        .. from block in Block().Matches(Repository.Read(page))
           let answer = block.Groups["answer"]
           select new PageExample(
               page, block.Groups["marks"].Value.Trim(), block.Groups["commands"].Value, answer.Success ? block.Groups["kind"].Value : null,
               answer.Success ? answer.Value : null, answer.Index),
    ];

    /// <summary>One command each, of which some go over several lines.</summary>
    public IEnumerable<string> Lines =>
        Commands.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'));

    /// <summary>Whether it calls the local system, and nothing else.</summary>
    public bool IsLocal => Lines.All(line => line.Contains("http://localhost:707", StringComparison.Ordinal));

    /// <summary>Makes equal what differs from run to run: ids, times, counts of calls, ports.</summary>
    public static string Mask(string text) => Varying().Replace(text, "…");

    /// <summary>The part of an output that the page shows: of a reply with headers those headers, in the page's order.</summary>
    public string Shown(string output)
    {
        if (AnswerKind != "http")
        {
            return output;
        }

        var (actual, shown) = (output.ReplaceLineEndings("\n").Split("\n\n", 2), Answer!.Split("\n\n", 2));
        var headers = shown[0].Trim('\n').Split('\n').Skip(1).Select(header => header.Split(':')[0]).ToArray();
        var lines = actual[0].Split('\n');
        var kept = headers.Select(name => lines.FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)) ?? $"{name}: is not there");
        return string.Join('\n', [lines[0].TrimEnd(), .. kept]) + (actual is [_, { Length: > 0 } body] ? $"\n\n{body}" : "");
    }

    [GeneratedRegex(@"^ *```sh(?<marks>[^\n]*)\n(?<commands>.*?)^ *```\n(?:```(?<kind>json|http|text)\n(?<answer>.*?)^```\n)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(
        @"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|api-usage=\d+/\d+|(?<=""[Rr]emaining"":)\d+"
        + @"|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d{4})?)?|http://127\.0\.0\.1:\d+|(?<=/query/)[A-Za-z0-9]{18}|(?<=ProcessingTime"":)\d+")]
    private static partial Regex Varying();
}
