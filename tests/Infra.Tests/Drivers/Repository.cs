using LocalHost;

namespace Infra.Tests.Drivers;

/// <summary>Files of the repository that these tests are built from.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Path;

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));
}
