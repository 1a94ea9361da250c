using System.Collections;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Infra.Tests;

/// <summary>
/// What <c>dotnet publish</c>, and so azd, makes of the project: the app as the Functions host takes it, and of the
/// repository's other files host.json alone.
/// </summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Publishing_compiles_the_worker_app_ahead_for_Linux()
    {
        var project = await EvaluateAsync("-p:_IsPublishing=true");

        var properties = project["Properties"]!;
        ((string?)properties["OutputType"]).ShouldBe("Exe");
        ((string?)properties["AzureFunctionsVersion"]).ShouldBe("v4");
        ((string?)properties["TargetFramework"]).ShouldBe("net10.0");
        ((string?)properties["PublishReadyToRun"]).ShouldBe("true");
        ((string?)properties["RuntimeIdentifier"]).ShouldBe("linux-x64");
        ((string?)properties["SelfContained"]).ShouldBe("false");
        string[] worker = ["Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Sdk", "Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues"];
        worker.ShouldBeSubsetOf(Identities(project, "PackageReference"));
        Identities(project, "Compile").ShouldContain("Program.cs");
    }

    [Fact]
    public async Task Host_json_is_published_and_settings_samples_and_tests_are_not()
    {
        var project = await EvaluateAsync("-p:_IsPublishing=true");

        Published(project).ShouldBe(["host.json"]);
        Identities(project, "Compile").ShouldAllBe(path => !path.StartsWith(".."));
        Identities(project, "ProjectReference").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plain_build_makes_the_same_worker_app_for_this_machine()
    {
        var project = await EvaluateAsync();
        var published = await EvaluateAsync("-p:_IsPublishing=true");

        ((string?)project["Properties"]!["OutputType"]).ShouldBe("Exe");
        ((string?)project["Properties"]!["RuntimeIdentifier"]).ShouldBeEmpty();
        foreach (var kind in new[] { "PackageReference", "Compile" })
        {
            Identities(project, kind).ShouldBe(Identities(published, kind));
        }
    }

    private static IEnumerable<string> Published(JsonNode project) =>
        from kind in new[] { "None", "Content", "EmbeddedResource" }
        from JsonNode file in project["Items"]![kind]!.AsArray()
        where (string?)file["CopyToPublishDirectory"] is { Length: > 0 } and not "Never"
        select (string?)file["Link"] ?? (string?)file["Identity"];

    private static string[] Identities(JsonNode project, string kind) =>
        [.. project["Items"]![kind]!.AsArray().Select(file => ((string)file!["Identity"]!).Replace('\\', '/'))];

    /// <summary>Evaluates a copy of the project, beside which there are the files that must stay behind.</summary>
    private static async Task<JsonNode> EvaluateAsync(params string[] properties)
    {
        var copy = Directory.CreateTempSubdirectory("publish");
        try
        {
            foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "local.settings.sample.json" })
            {
                File.Copy(Repository.PathOf(file), Path.Combine(copy.FullName, file));
            }

            File.WriteAllText(Path.Combine(copy.FullName, "local.settings.json"), "{}");
            foreach (var source in Directory.EnumerateFiles(Repository.PathOf("functions"), "*.cs*", SearchOption.AllDirectories))
            {
                var path = Path.GetRelativePath(Repository.Root, source);
                if (!path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy.FullName, path))!);
                    File.Copy(source, Path.Combine(copy.FullName, path));
                }
            }

            return await MSBuildAsync(
                Path.Combine(copy.FullName, "functions"),
                [
                    "-getProperty:OutputType,AzureFunctionsVersion,TargetFramework,PublishReadyToRun,RuntimeIdentifier,SelfContained",
                    "-getItem:None,Content,EmbeddedResource,Compile,PackageReference,ProjectReference",
                    .. properties,
                ]);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static async Task<JsonNode> MSBuildAsync(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "functions.csproj", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Those of a build that runs this test are not this one's.
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove((string)variable.Key);
            }
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, output + await errors);
        return JsonNode.Parse(output)!;
    }
}
