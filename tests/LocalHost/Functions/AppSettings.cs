using Microsoft.Extensions.Configuration;

namespace LocalHost;

internal static class AppSettings
{
    /// <summary>Adds app settings, with <c>__</c> or <c>:</c> as separator.</summary>
    public static IConfigurationBuilder AddAppSettings(this IConfigurationBuilder builder, IEnumerable<KeyValuePair<string, string?>> settings) =>
        builder.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
            setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), setting.Value)));
}
