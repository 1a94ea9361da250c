using System.Text.RegularExpressions;
using Connector.Tests.Drivers;

namespace Connector.Tests.Documentation;

/// <summary>Links inside the repository lead somewhere. Addresses on the internet are not asked.</summary>
public sealed partial class LinkTests
{
    private const int MostLines = 600;
    private const int MostLinesOfTheReadme = 250;

    public static TheoryData<string> AllPages => [.. Pages.All];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Links_lead_to_files_and_headings_that_there_are(string page)
    {
        foreach (Match link in Link().Matches(Code().Replace(Repository.Read(page), "")))
        {
            var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
            var target = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);
            var absolute = Path.Combine(Repository.Root, target);
            (File.Exists(absolute) || Directory.Exists(absolute)).ShouldBeTrue($"{page} links to {target}");
            if (anchor.Length > 0)
            {
                // As GitHub makes them of headings.
                Heading().Matches(Code().Replace(Repository.Read(target), ""))
                    .Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'))
                    .ShouldContain(anchor, $"{page} links to {target}#{anchor}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void No_page_is_long(string page) =>
        File.ReadLines(Path.Combine(Repository.Root, page)).Count().ShouldBeLessThanOrEqualTo(page == "README.md" ? MostLinesOfTheReadme : MostLines);

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<path>(?![a-z]+:)[^)#\s]*)(?:#(?<anchor>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
