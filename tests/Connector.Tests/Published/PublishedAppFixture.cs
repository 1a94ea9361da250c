using System.Diagnostics;
using Connector.Tests.Drivers;
using Connector.Tests.Published;

[assembly: AssemblyFixture(typeof(PublishedAppFixture))]

namespace Connector.Tests.Published;

/// <summary>The app as <c>azd</c> publishes it, made once for the whole run when a test first asks.</summary>
public sealed class PublishedAppFixture : IAsyncLifetime
{
    private readonly Lazy<Task<string>> _folder = new(PublishAsync);

    /// <returns>The folder that would be deployed.</returns>
    public Task<string> FolderAsync() => _folder.Value.WaitAsync(TestContext.Current.CancellationToken);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_folder.IsValueCreated)
        {
            Directory.Delete(await _folder.Value, recursive: true);
        }
    }

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("connector-published-").FullName;
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Path.Combine(Repository.Root, "functions"), "--configuration", "Release", "--output", folder, "--nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = publish.StandardError.ReadToEndAsync();
        var printed = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? folder : throw new InvalidOperationException($"dotnet publish failed: {printed}{await errors}");
    }
}
