using LocalHost;

namespace Connector.Tests.Drivers;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Path;

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));
}
