using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace LocalHost;

/// <summary>What the local host follows of host.json.</summary>
/// <param name="RoutePrefix">Stands before every route, without slashes around it; may be empty.</param>
internal sealed record HostJson(string RoutePrefix, QueueSettings Queues)
{
    /// <summary>App settings that begin so rule over the file: <c>AzureFunctionsJobHost__extensions__queues__batchSize</c>.</summary>
    private const string OverridesSection = "AzureFunctionsJobHost";

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
    public static HostJson Read(string path, IConfiguration appSettings)
    {
        try
        {
            var text = File.ReadAllText(path);
            using var json = JsonDocument.Parse(text, AsTheHostReads);
            Check(json.RootElement, path);
            var settings = new ConfigurationBuilder()
                .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text)))
                .AddConfiguration(appSettings.GetSection(OverridesSection))
                .Build();
            return new HostJson(
                (settings["extensions:http:routePrefix"] ?? DefaultRoutePrefix).Trim('/'),
                QueueSettings.Read(settings.GetSection("extensions:queues")));
        }
        catch (InvalidOperationException exception)
        {
            throw new FunctionsHostException($"{path}: 'extensions.queues': {exception.Message}", exception);
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
