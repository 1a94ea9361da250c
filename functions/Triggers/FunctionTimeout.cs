using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace SalesforceConnector.Triggers;

/// <summary>The time after which the Functions host ends an invocation, and the process that it runs in.</summary>
internal sealed class FunctionTimeout(IConfiguration configuration)
{
    private const string Setting = "AzureFunctionsJobHost:functionTimeout";

    // The plan's default, if host.json has none.
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(30);

    /// <summary>functionTimeout in host.json, which an app setting can override; <see cref="TimeSpan.MaxValue"/> if the host has none.</summary>
    public TimeSpan Value { get; } = Read(configuration);

    private static TimeSpan Read(IConfiguration configuration)
    {
        var text = configuration[Setting] ?? InHostJson();
        return text is null ? Default
            : text.StartsWith('-') ? TimeSpan.MaxValue
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) ? timeout
            : Default;
    }

    private static string? InHostJson()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "host.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(
            File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return document.RootElement.TryGetProperty("functionTimeout", out var timeout) ? timeout.GetString() : null;
    }
}
