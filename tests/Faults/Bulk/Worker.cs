using TestDrivers;

namespace Faults;

/// <summary>The functions' worker, as seen from outside.</summary>
internal static class Worker
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>The most memory that it has held: the largest of the processes below this one that runs .NET.</summary>
    public static long PeakMemory => ProcessTree.DescendantsOf(Environment.ProcessId)
        .Where(id => Command(id).Contains("SalesforceConnector.dll", StringComparison.Ordinal))
        .SelectMany(ProcessTree.PeakMemoryOf).DefaultIfEmpty().Max();

    /// <summary>Waits until it answers.</summary>
    public static async Task WaitAsync(Functions functions, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        while (!await IsUpAsync(client, functions, cancellationToken))
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<bool> IsUpAsync(HttpClient client, Functions functions, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await client.GetAsync(new Uri(functions.BaseUrl, "openapi.json"), cancellationToken);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Command(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            // It has ended since it was found.
            return "";
        }
    }
}
