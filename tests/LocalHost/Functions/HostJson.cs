using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace LocalHost;

/// <summary>What the local host follows of host.json.</summary>
/// <param name="RoutePrefix">Stands before every route, without slashes around it; may be empty.</param>
/// <param name="Configuration">The app settings with the whole file in <see cref="Section"/>, as the host's extensions read it.</param>
internal sealed record HostJson(string RoutePrefix, IConfiguration Configuration)
{
    /// <summary>App settings that begin so rule over the file: <c>AzureFunctionsJobHost__extensions__queues__batchSize</c>.</summary>
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

    /// <exception cref="FunctionsHostException">There is no such file, or the host would refuse it.</exception>
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
                // Where the WebJobs SDK looks for the settings of its extensions.
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
