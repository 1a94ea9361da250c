using System.Globalization;

namespace LocalHost;

/// <summary>Prints what is being started, one line each, and how long it took.</summary>
internal sealed class StartSteps(TextWriter output, TimeProvider time)
{
    public async Task<T> RunAsync<T>(string title, Func<Task<T>> startAsync)
    {
        await output.WriteAsync($"Starting {title} … ");
        var started = time.GetTimestamp();
        try
        {
            var result = await startAsync();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(started).TotalSeconds:F1} s"));
            return result;
        }
        catch
        {
            await output.WriteLineAsync("failed");
            throw;
        }
    }
}
