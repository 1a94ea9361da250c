using Microsoft.Extensions.Configuration;

namespace LocalHost;

internal static class AppSettings
{
    /// <summary>Adds app settings, in either spelling: <c>Salesforce__BaseUrl</c> or <c>Salesforce:BaseUrl</c>.</summary>
    public static IConfigurationBuilder AddAppSettings(this IConfigurationBuilder builder, IEnumerable<KeyValuePair<string, string?>> settings) =>
        builder.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
            setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), setting.Value)));
}
