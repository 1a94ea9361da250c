namespace Documents;

/// <summary>The repository that this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Connector.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException($"There is no Connector.sln above {AppContext.BaseDirectory}.");
        }

        return at.FullName;
    }
}
