namespace Infra.Tests.Drivers;

/// <summary>Files of the repository that these tests are built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

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
