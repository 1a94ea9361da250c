using System.Text.Json;

namespace LocalHost;

/// <summary>Reads an app's <c>worker.config.json</c>.</summary>
internal static class WorkerConfig
{
    /// <returns>The path of the app's assembly.</returns>
    /// <exception cref="FunctionsHostException">The folder does not contain a worker app.</exception>
    public static string PathOfApp(string folder)
    {
        try
        {
            using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "worker.config.json")));
            var assembly = config.RootElement.GetProperty("description").GetProperty("defaultWorkerPath").GetString()!;
            return Path.Combine(folder, assembly);
        }
        catch (Exception exception) when (exception is IOException or JsonException or KeyNotFoundException)
        {
            throw new FunctionsHostException(
                $"There is no worker app in {folder}: build or publish functions/functions.csproj first.", exception);
        }
    }
}
