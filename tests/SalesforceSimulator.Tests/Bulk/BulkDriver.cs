using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace SalesforceSimulator.Tests.Bulk;

/// <summary>An org whose clock stands still, and a client of its Bulk API 2.0.</summary>
internal sealed class BulkDriver : IAsyncDisposable
{
    /// <summary>Jobs that wait one minute, and then take ten.</summary>
    public static readonly BulkSettings Settings = new() { QueueMs = 60_000, ProcessingMs = 600_000 };

    private BulkDriver(OrgDriver org, FakeTimeProvider time)
    {
        Org = org;
        Time = time;
    }

    public OrgDriver Org { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<BulkDriver> StartAsync(BulkSettings? settings = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        return new BulkDriver(await OrgDriver.StartAsync(new SimulatorOptions { Time = time, Bulk = settings ?? Settings }), time);
    }

    public Task<Answer> CreateAsync(string type, string operation = "insert", params (string Name, string Value)[] more)
    {
        var job = new JsonObject { ["object"] = type, ["operation"] = operation };
        foreach (var (name, value) in more)
        {
            job[name] = value;
        }

        return Org.SendAsync("POST", "jobs/ingest", job.ToJsonString());
    }

    public Task<Answer> UploadAsync(string id, string csv) => UploadAsync(id, Encoding.UTF8.GetBytes(csv));

    public Task<Answer> UploadAsync(string id, byte[] csv)
    {
        var content = new ByteArrayContent(csv);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/csv");
        return Org.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"{OrgDriver.Data}/jobs/ingest/{id}/batches") { Content = content });
    }

    public Task<Answer> ChangeAsync(string id, string state, string kind = "ingest") =>
        Org.SendAsync("PATCH", $"jobs/{kind}/{id}", $$"""{"state":"{{state}}"}""");

    /// <summary>Creates a job, uploads rows and closes it.</summary>
    public async Task<string> SendAsync(string csv, string type = "Account", string operation = "insert", params (string Name, string Value)[] more)
    {
        var id = (await CreateAsync(type, operation, more)).Id;
        (await UploadAsync(id, csv)).Status.ShouldBe(201);
        (await ChangeAsync(id, "UploadComplete")).Status.ShouldBe(200);
        return id;
    }

    public async Task<string> QueryAsync(string soql, string operation = "query", params (string Name, string Value)[] more)
    {
        var job = new JsonObject { ["operation"] = operation, ["query"] = soql };
        foreach (var (name, value) in more)
        {
            job[name] = value;
        }

        return (await Org.SendAsync("POST", "jobs/query", job.ToJsonString())).Id;
    }

    public async Task<JsonElement> InfoAsync(string id, string kind = "ingest") => (await Org.GetAsync($"jobs/{kind}/{id}")).Json;

    public async Task<string> StateAsync(string id, string kind = "ingest") => (await InfoAsync(id, kind)).GetProperty("state").GetString()!;

    /// <summary>Lets the clock run until a small job has ended.</summary>
    public async Task<JsonElement> EndAsync(string id, string kind = "ingest")
    {
        Time.Advance(TimeSpan.FromMinutes(11));
        return await InfoAsync(id, kind);
    }

    public async Task<string> ResultsAsync(string id, string which) => (await Org.GetAsync($"jobs/ingest/{id}/{which}")).Body;

    /// <summary>Runs a whole ingest job and returns its counts of processed and failed rows.</summary>
    public async Task<(string Id, int Processed, int Failed)> RunAsync(string csv, string type = "Account", string operation = "insert", params (string Name, string Value)[] more)
    {
        var id = await SendAsync(csv, type, operation, more);
        var job = await EndAsync(id);
        job.GetProperty("state").GetString().ShouldBe("JobComplete", job.ToString());
        return (id, job.GetProperty("numberRecordsProcessed").GetInt32(), job.GetProperty("numberRecordsFailed").GetInt32());
    }

    /// <summary>Runs an ingest job that must fail, and returns its message.</summary>
    public async Task<string> FailAsync(string csv, string type = "Account", string operation = "insert", params (string Name, string Value)[] more)
    {
        var job = await EndAsync(await SendAsync(csv, type, operation, more));
        job.GetProperty("state").GetString().ShouldBe("Failed");
        job.GetProperty("numberRecordsProcessed").GetInt32().ShouldBe(0);
        return job.GetProperty("errorMessage").GetString()!;
    }

    /// <summary>Runs an ingest job of one row that must be refused, and returns its <c>sf__Error</c>.</summary>
    public async Task<string> RefusedAsync(string csv, string type = "Account", string operation = "insert", params (string Name, string Value)[] more)
    {
        var (id, _, failed) = await RunAsync(csv, type, operation, more);
        failed.ShouldBe(1);
        var row = (await ResultsAsync(id, "failedResults")).Split('\n')[1];
        return row.Split("\",\"")[1];
    }

    public async Task<string> SingleAsync(string soql, string field) => (await Org.QueryAsync(soql)).Column(field).ShouldHaveSingleItem();

    public ValueTask DisposeAsync() => Org.DisposeAsync();
}
