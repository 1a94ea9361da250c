using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace LocalHost;

/// <summary>The settings of host.json that the local host supports.</summary>
/// <param name="RoutePrefix">The prefix of all routes, without leading or trailing slash; can be empty.</param>
/// <param name="Configuration">The app settings, and the whole file in <see cref="Section"/>, where the host's extensions read it.</param>
internal sealed record HostJson(string RoutePrefix, IConfiguration Configuration)
{
    /// <summary>The prefix of app settings that override host.json: <c>AzureFunctionsJobHost__extensions__queues__batchSize</c>.</summary>
    public const string Section = "AzureFunctionsJobHost";

    private const string DefaultRoutePrefix = "api";

    private static readonly string[] KnownNames =
    [
        "version", "functionTimeout", "retry", "functions", "http", "logging", "extensions", "extensionBundle",
        "concurrency", "telemetryMode", "healthMonitor", "aggregator", "singleton", "watchDirectories", "watchFiles",
        "customHandler", "managedDependencies",
    ];

    private static readonly JsonDocumentOptions AsTheHostReads = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="FunctionsHostException">The file does not exist, or the host would reject it.</exception>
    public static HostJson Read(string path, IReadOnlyDictionary<string, string?> appSettings)
    {
        try
        {
            var text = File.ReadAllText(path);
            using var json = JsonDocument.Parse(text, AsTheHostReads);
            Check(json.RootElement, path);
            var file = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build();
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(file.AsEnumerable().Select(setting => KeyValuePair.Create($"{Section}:{setting.Key}", setting.Value)))
                // The section in which the WebJobs SDK looks for its extensions' settings.
                .AddInMemoryCollection([new("AzureWebJobsConfigurationSection", Section)])
                .AddAppSettings(appSettings)
                .Build();
            return new HostJson((configuration[$"{Section}:extensions:http:routePrefix"] ?? DefaultRoutePrefix).Trim('/'), configuration);
        }
        catch (FileNotFoundException exception)
        {
            throw new FunctionsHostException($"There is no host.json at {path}.", exception);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new FunctionsHostException($"{path} is not JSON: {exception.Message}", exception);
        }
    }

    private static void Check(JsonElement root, string path)
    {
        if (Member(root, "version") is not { ValueKind: JsonValueKind.String } version || !version.ValueEquals("2.0"))
        {
            throw new FunctionsHostException($"{path}: 'version' must be \"2.0\".");
        }

        foreach (var member in root.EnumerateObject())
        {
            if (!KnownNames.Contains(member.Name))
            {
                throw new FunctionsHostException(
                    $"{path}: '{member.Name}' is not a setting of the host; it knows {string.Join(", ", KnownNames)}.");
            }
        }

        if (Member(Member(Member(root, "extensions"), "http"), "routePrefix") is { ValueKind: not JsonValueKind.String })
        {
            throw new FunctionsHostException($"{path}: 'extensions.http.routePrefix' must be a string.");
        }
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) ? value : null;
}
