using Connector.Tests.Drivers;

namespace Connector.Tests.House;

/// <summary>The sizes above which nobody finds their way any more.</summary>
public class HouseTests
{
    private const int MostLines = 300;
    private const int MostFiles = 15;

    private static readonly string[] SourceFolders = ["functions", "tests"];

    private static IEnumerable<FileInfo> Sources { get; } =
    [
        .. from folder in SourceFolders
           from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
           let inside = Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar)
           where !inside.Contains("obj") && !inside.Contains("bin") && !inside.Contains("node_modules")
           select new FileInfo(path),
    ];

    [Fact]
    public void No_file_is_long() =>
        Sources.Where(file => File.ReadLines(file.FullName).Count() > MostLines).Select(file => file.Name).ShouldBeEmpty();

    [Fact]
    public void No_folder_is_crowded() =>
        Sources.GroupBy(file => file.DirectoryName).Where(folder => folder.Count() > MostFiles).Select(folder => folder.Key).ShouldBeEmpty();

    [Fact]
    public void Every_folder_of_the_app_has_its_line_in_the_contributing_page()
    {
        var lines = Repository.Read(".github", "CONTRIBUTING.md");
        var folders = Sources.Select(file => Path.GetRelativePath(Repository.Root, file.DirectoryName!)).Where(folder => folder.StartsWith("functions", StringComparison.Ordinal)).Distinct();

        folders.Where(folder => !IsKindOfOperation(folder) && !lines.Contains($"| `{folder}/` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static bool IsKindOfOperation(string folder) => folder.StartsWith(Path.Combine("functions", "Operations") + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
