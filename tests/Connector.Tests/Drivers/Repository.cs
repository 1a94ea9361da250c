namespace Connector.Tests.Drivers;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Connector.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException($"There is no Connector.sln above {AppContext.BaseDirectory}.");
        }

        return at.FullName;
    }
}
