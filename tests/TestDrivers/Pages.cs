namespace TestDrivers;

/// <summary>The Markdown pages of the repository.</summary>
internal static class Pages
{
    private static readonly string[] Elsewhere = ["bin", "obj", "node_modules", "TestResults", ".git", ".azure"];

    /// <summary>Their paths below the repository's root, with slashes.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. In(new DirectoryInfo(LocalHost.RepositoryRoot.Path)).Select(file => Path.GetRelativePath(LocalHost.RepositoryRoot.Path, file.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static IEnumerable<FileInfo> In(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Concat(folder.EnumerateDirectories().Where(inner => !Elsewhere.Contains(inner.Name)).SelectMany(In));
}
