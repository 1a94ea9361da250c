namespace LocalHost;

/// <summary>The root folder of the repository in which this program was built.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(at.FullName, "Connector.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException($"There is no Connector.sln above {AppContext.BaseDirectory}.");
        }

        return at.FullName;
    }
}
