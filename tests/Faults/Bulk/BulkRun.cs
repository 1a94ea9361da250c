using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LocalHost;
using SalesforceSimulator;

namespace Faults;

/// <summary>
/// One bulk write of many rows from a blob, of which 1 % are refused: by a bare client, by the functions, and by the functions
/// while they are killed on the way.
/// </summary>
internal sealed class BulkRun(Storage storage, int rows, int rounds, int kills, TextWriter output)
{
    private const int MaxGrowthMiB = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstKill = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Uploads take longer than the calls of other rounds. Each time is longer than the one before it.
    private static readonly string[] Times =
    [
        "Salesforce__InvocationTimeout=00:00:30",
        "AzureFunctionsJobHost__functionTimeout=00:00:31",
        "Queues__AttemptLease=00:00:32",
        "Bulk__LongestPollDelay=00:00:02",
        $"{FirstGeneration.Variable}={FirstGeneration.Size}",
    ];

    private readonly QueueServiceClient _queues = new(storage.ConnectionString);
    private readonly BulkRows _rows = new(storage.ConnectionString, rows);
    private readonly BulkRows _few = new(storage.ConnectionString, Math.Min(rows, 50_000), "imports/few.csv");

    /// <returns>Whether each row was written once, the result says so, and the memory kept within its bounds.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var bytes = await _rows.WriteAsync(cancellationToken);
        await _few.WriteAsync(cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {bytes / 1e6:F1} MB"));
        await RunBareAsync(_few, cancellationToken);
        var (isWhole, bare, undisturbed) = (true, TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 1; round <= rounds; round++)
        {
            // In turn: on a machine with other work, one of the runs of each is hardly disturbed by it.
            var elapsed = await RunBareAsync(_rows, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"bare client: {elapsed.TotalSeconds:F1} s"));
            bare = Shorter(bare, elapsed);
            isWhole &= await RunAsync($"bulk-{round}", 0, time => undisturbed = Shorter(undisturbed, time), cancellationToken);
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"the functions take {undisturbed / bare:F2} x the time of the bare client (the shortest of {rounds} each)"));
        return (kills == 0 || await RunAsync("bulk-killed", kills, static _ => { }, cancellationToken)) && isWhole;

        static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    private static async Task<Simulator> StartOrgAsync(CancellationToken cancellationToken)
    {
        var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.SetDailyLimit(int.MaxValue);
        return org;
    }

    private static async Task<TimeSpan> RunBareAsync(BulkRows rows, CancellationToken cancellationToken)
    {
        await using var org = await StartOrgAsync(cancellationToken);
        using var client = new BareClient(rows, org.BaseUrl);
        var started = TimeProvider.System.GetTimestamp();
        var written = await client.RunAsync(cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        return written == rows.Count - rows.Refused
            ? elapsed
            : throw new InvalidOperationException($"The bare client wrote {written} of {rows.Count} rows.");
    }

    private async Task<bool> RunAsync(string id, int kills, Action<TimeSpan> time, CancellationToken cancellationToken)
    {
        await using var org = await StartOrgAsync(cancellationToken);
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl) { Settings = Times };
        functions.Start();
        await WaitForAsync(async () => await _queues.GetQueueClient("salesforce-results").ExistsAsync(cancellationToken), cancellationToken);
        await Worker.WaitAsync(functions, cancellationToken);
        // Once on few rows: code that is not compiled yet is measured of neither client.
        await SendAsync($"{id}-few", _few, cancellationToken);
        await FollowAsync($"{id}-few", functions, 0, TimeProvider.System.GetTimestamp(), cancellationToken);
        var before = org.Stats.Records["Account"];
        var idle = Worker.PeakMemory;

        var started = TimeProvider.System.GetTimestamp();
        await SendAsync(id, _rows, cancellationToken);
        var (result, killed) = await FollowAsync(id, functions, kills, started, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        time(elapsed);
        // Of the process that came to the end, which may have begun in the middle.
        var growth = (Worker.PeakMemory - idle) / 1048576.0;

        var written = org.Stats.Records["Account"] - before;
        var body = await ReadBodyAsync(result);
        var (sent, successful, failed) = ((long)body["rowsSent"]!, (long)body["successful"]!, (long)body["failed"]!);
        var isWhole = killed == kills && (int)result["status"]! == 200 && sent == rows && failed == _rows.Refused && successful == written && written == rows - _rows.Refused;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"functions, killed {killed} times: {elapsed.TotalSeconds:F1} s; sent {sent}, successful {successful}, failed {failed}, jobs {body["jobs"]!.AsArray().Count}; the org has {written} more records; the worker's peak is {growth:F0} MiB above that of an idle one: {(!isWhole ? "WRONG" : growth > MaxGrowthMiB ? "TOO MUCH MEMORY" : "every row once")}"));
        return isWhole && growth <= MaxGrowthMiB;
    }

    private async Task SendAsync(string id, BulkRows rows, CancellationToken cancellationToken) =>
        await _queues.GetQueueClient("salesforce-bulk-write").SendMessageAsync(
            $$$"""{"correlationId":"{{{id}}}","payload":{"objectType":"Account","operation":"insert","source":"{{{rows.Client.Name}}}"}}""",
            cancellationToken);

    private async Task<(JsonNode Result, int Killed)> FollowAsync(string id, Functions functions, int kills, long started, CancellationToken cancellationToken)
    {
        var killed = 0;
        var (lastKill, wait) = (started, FirstKill);
        while (true)
        {
            QueueMessage[] batch = await _queues.GetQueueClient("salesforce-results").ReceiveMessagesAsync(1, cancellationToken: cancellationToken);
            if (batch is [var message])
            {
                // The result of an earlier operation comes again if its functions ended before they had deleted its message.
                await _queues.GetQueueClient("salesforce-results").DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
                if (JsonNode.Parse(message.MessageText)! is var result && (string?)result["correlationId"] == id)
                {
                    return (result, killed);
                }

                continue;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"There is no result after {Patience}.");
            }

            if (killed < kills && TimeProvider.System.GetElapsedTime(lastKill) > wait)
            {
                await functions.KillAsync();
                functions.Start();
                await Worker.WaitAsync(functions, cancellationToken);
                killed++;
                (lastKill, wait) = (TimeProvider.System.GetTimestamp(), BetweenKills);
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<JsonNode> ReadBodyAsync(JsonNode result)
    {
        if (result["body"] is { } body)
        {
            return body;
        }

        return (string?)result["bodyUrl"] is { } url
            ? JsonNode.Parse((await new BlobContainerClient(storage.ConnectionString, "salesforce-results")
                .GetBlobClient(new BlobUriBuilder(new Uri(url)).BlobName).DownloadContentAsync()).Value.Content)!
            : throw new InvalidOperationException(result.ToJsonString());
    }

    private static async Task WaitForAsync(Func<Task<bool>> isSoAsync, CancellationToken cancellationToken)
    {
        while (!await isSoAsync())
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }
}
