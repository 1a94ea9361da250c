using System.Diagnostics;
using System.Reflection;
using LocalHost;

namespace Benchmarks.Processes;

/// <summary>The folders of the two function apps that are measured.</summary>
/// <param name="connector">Where the connector has been published or built before; <see langword="null"/> to publish it.</param>
/// <param name="built">Whether to take what the build of this program has made of both apps, and to publish none.</param>
internal sealed class Apps(string? connector, bool built, TextWriter output)
{
    private static readonly string Obj = Path.Combine(RepositoryRoot.Path, "tests", "Benchmarks", "obj");

    private string? _connector = connector is not null ? Path.GetFullPath(connector) : built ? FunctionsHostOptions.BuiltApp : null;
    private string? _emptyFunction = built ? BuiltEmptyFunction : null;

    private static string BuiltEmptyFunction => typeof(Apps).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "EmptyFunctionFolder").Value!;

    /// <summary>The connector, as it is deployed unless the user has asked for another one.</summary>
    public async Task<string> ConnectorAsync(CancellationToken cancellationToken) =>
        _connector ??= await PublishAsync("functions", cancellationToken);

    /// <summary>An app on the same worker that does nothing.</summary>
    public async Task<string> EmptyFunctionAsync(CancellationToken cancellationToken) =>
        _emptyFunction ??= await PublishAsync(Path.Combine("tests", "Benchmarks.EmptyFunction"), cancellationToken);

    /// <summary>Publishes as <c>azd</c> does, beside what the build has made.</summary>
    private async Task<string> PublishAsync(string project, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"Publishing {project}, which takes a minute the first time.");
        var to = Path.Combine(Obj, "published", Path.GetFileName(project));
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "publish", Path.Combine(RepositoryRoot.Path, project), "--configuration", "Release",
                "--output", to, "--artifacts-path", Path.Combine(Obj, "artifacts"),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        var errors = publish.StandardError.ReadToEndAsync(cancellationToken);
        var printed = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0
            ? to
            : throw new InvalidOperationException($"dotnet publish {project} failed: {printed}{await errors}");
    }
}
