using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using LocalHost;
using SalesforceSimulator;

namespace Faults;

/// <summary>One bulk query of many records into a blob: undisturbed, and while the functions are killed on the way.</summary>
internal sealed class BulkQueryRun(Storage storage, int rows, int kills, string format, TextWriter output)
{
    private const int MaxGrowthMiB = 64;
    private const int Few = 100_000;

    // As many that the functions can be killed between them; of 2,000,000 rows, the pages are of the default size.
    private const int Pages = 40;

    private const string Soql = "SELECT Id, LastName, FirstName, Company, Email, Phone, Status, CreatedDate FROM Lead";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // The simulated org takes longer for a job of so many records than for the calls of other rounds. Each time is longer than
    // the one before it.
    private static readonly string[] Times =
    [
        "Salesforce__AttemptTimeout=00:00:25",
        "Salesforce__Timeout=00:00:28",
        "Salesforce__InvocationTimeout=00:00:30",
        "AzureFunctionsJobHost__functionTimeout=00:00:31",
        "Queues__AttemptLease=00:00:32",
        "Bulk__LongestPollDelay=00:00:02",
        $"{FirstGeneration.Variable}={FirstGeneration.Size}",
    ];

    /// <returns>Whether both blobs have all records and the same bytes, and the memory kept within its bounds.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.SetDailyLimit(int.MaxValue);
        org.Fill("Lead", rows - (int)org.Stats.Records["Lead"]);
        var undisturbed = await RunAsync(org, 0, cancellationToken);
        var disturbed = await RunAsync(org, kills, cancellationToken);
        var isWhole = undisturbed.IsWhole && disturbed.IsWhole && undisturbed.Hash == disturbed.Hash;
        await output.WriteLineAsync(isWhole ? "byte-equal" : "WRONG");
        return isWhole;
    }

    private async Task<(bool IsWhole, string Hash)> RunAsync(Simulator org, int kills, CancellationToken cancellationToken)
    {
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl) { Settings = [.. Times, $"Bulk__QueryPageRows={Math.Max(rows / Pages, 1)}"] };
        functions.Start();
        await Worker.WaitAsync(functions, cancellationToken);
        using var client = new HttpClient();
        // Once on few rows, for what does not depend on how many there are.
        var few = await SendAsync(client, functions, $"few-{kills}", $"{Soql} LIMIT {Few}", cancellationToken);
        await FollowAsync(client, functions, few, 0, TimeProvider.System.GetTimestamp(), cancellationToken);
        var idle = Worker.PeakMemory;
        var started = TimeProvider.System.GetTimestamp();
        var path = await SendAsync(client, functions, $"all-{kills}", Soql, cancellationToken);
        var (result, killed) = await FollowAsync(client, functions, path, kills, started, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        // Of the process that came to the end, which may have begun in the middle.
        var growth = (Worker.PeakMemory - idle) / 1048576.0;

        var (hash, length) = await HashAsync((string)result["blob"]!, cancellationToken);
        var isWhole = (long)result["rows"]! == rows && (long)result["bytes"]! == length && killed == kills && growth <= MaxGrowthMiB;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"killed {killed} times: {elapsed.TotalSeconds:F1} s; {(long)result["rows"]!} rows, {length / 1e6:F1} MB of {format}, SHA-256 {hash[..16]}…; the worker's peak is {growth:F0} MiB above that for {Few} rows: {(isWhole ? "whole" : "WRONG")}"));
        return (isWhole, hash);
    }

    private async Task<string> SendAsync(HttpClient client, Functions functions, string key, string soql, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(functions.BaseUrl, "bulk/query"));
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { soqlQuery = soql, format });
        using var reply = await client.SendAsync(request, cancellationToken);
        return reply.StatusCode == HttpStatusCode.Accepted
            ? $"results/{key}"
            : throw new InvalidOperationException(await reply.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Waits for the result. The functions are killed whenever a further part of the rows is stored.</summary>
    private async Task<(JsonNode Result, int Killed)> FollowAsync(
        HttpClient client, Functions functions, string path, int kills, long started, CancellationToken cancellationToken)
    {
        var killed = 0;
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            using var reply = await client.GetAsync(new Uri(functions.BaseUrl, path), cancellationToken);
            var body = JsonNode.Parse(await reply.Content.ReadAsStringAsync(cancellationToken))!;
            if (reply.StatusCode != HttpStatusCode.Accepted)
            {
                return reply.IsSuccessStatusCode ? (body, killed) : throw new InvalidOperationException(body.ToJsonString());
            }

            var stored = (long?)body["progress"]?["rowsStored"] ?? 0;
            if (killed < kills && stored * (kills + 1) > (long)rows * (killed + 1))
            {
                await functions.KillAsync();
                functions.Start();
                await Worker.WaitAsync(functions, cancellationToken);
                killed++;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException($"There is no result after {Patience}.");
    }

    private async Task<(string Hash, long Length)> HashAsync(string blob, CancellationToken cancellationToken)
    {
        var client = new BlobContainerClient(storage.ConnectionString, "salesforce-bulk").GetBlobClient(blob);
        await using var stream = await client.OpenReadAsync(cancellationToken: cancellationToken);
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)), stream.Length);
    }
}
