using System.Text.RegularExpressions;

namespace Infra.Tests.Drivers;

/// <summary>Parts of pages and whole files that are made from the Bicep files and the app, and committed.</summary>
/// <remarks><c>UPDATE_GENERATED=1 dotnet test --project tests/Infra.Tests</c> writes them anew.</remarks>
internal static class Generated
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1";

    /// <summary>The part of a page between its two comments is this.</summary>
    public static void ShouldBeOnPage(string page, string part, string expected)
    {
        var text = Repository.Read(page);
        var between = new Regex($"(?<=<!-- {part}: begin -->\n)(?s:.*?)(?=<!-- {part}: end -->)");
        between.IsMatch(text).ShouldBeTrue($"{page} has no part {part}");
        if (Update)
        {
            File.WriteAllText(Repository.PathOf(page), between.Replace(text, expected.Replace("$", "$$", StringComparison.Ordinal)));
            return;
        }

        between.Match(text).Value.ShouldBe(expected, $"UPDATE_GENERATED=1 writes {page} anew");
    }

    /// <summary>The file is this.</summary>
    public static void ShouldBeFile(string path, string expected)
    {
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Repository.PathOf(path))!);
            File.WriteAllText(Repository.PathOf(path), expected);
            return;
        }

        Repository.Read(path).ShouldBe(expected, $"UPDATE_GENERATED=1 writes {path} anew");
    }

    /// <summary>A Markdown table.</summary>
    public static string Table(string[] head, IEnumerable<string[]> rows) =>
        $"{Row(head)}|{string.Concat(head.Select(_ => "---|"))}\n{string.Concat(rows.Select(Row))}";

    private static string Row(string[] cells) => $"| {string.Join(" | ", cells)} |\n";
}
