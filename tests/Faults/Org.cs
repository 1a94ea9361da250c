using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using SalesforceSimulator;
using TestDrivers;

namespace Faults;

/// <summary>The simulated org, with a tenth of all writes failing in one way or another.</summary>
internal sealed class Org : IAsyncDisposable
{
    private const string Logins = "/services/oauth2/token";
    private const string Calls = "/services/data/*";

    private static readonly FaultRule[] Faults =
    [
        Write(0.02) with { Status = 503, ErrorCode = "SERVER_UNAVAILABLE", Message = "not now" },
        Write(0.02) with { Status = 500, ErrorCode = "UNKNOWN_EXCEPTION", Message = "somewhere inside", AfterExecution = true },
        Write(0.02) with { Reset = true, AfterExecution = true },
        Write(0.01) with { Reset = true },
        Write(0.01) with { Truncate = true, AfterExecution = true },
        Write(0.01) with { DelayMs = 3_000, AfterExecution = true },
        Write(0.01) with { Status = 502, Body = "<html>Bad Gateway</html>" },
    ];

    private readonly Simulator _simulator;

    private Org(Simulator simulator) => _simulator = simulator;

    public Uri BaseUrl => _simulator.BaseUrl;

    public static async Task<Org> StartAsync(CancellationToken cancellationToken)
    {
        var simulator = await Simulator.StartAsync(cancellationToken: cancellationToken);
        simulator.SetDailyLimit(int.MaxValue);
        simulator.AddFaults(Faults);
        return new Org(simulator);
    }

    /// <summary>Ends all sessions.</summary>
    public void ExpireTokens() => _simulator.ExpireTokens();

    /// <summary>Ends all sessions, and refuses the next logins as if the secret were wrong, then as if the login were out of service.</summary>
    public void RefuseLogins()
    {
        _simulator.AddFaults(
            new FaultRule { Path = Logins, Status = 400, Body = """{"error":"invalid_client","error_description":"invalid client credentials"}""", Times = 4 },
            new FaultRule { Path = Logins, Status = 503, Body = "<html>Down for maintenance</html>", Times = 4 });
        _simulator.ExpireTokens();
    }

    /// <summary>Answers the next calls as when the requests of a day are used up.</summary>
    public void ExceedDailyLimit() => _simulator.AddFaults(new FaultRule
    {
        Path = Calls,
        Status = 403,
        ErrorCode = "REQUEST_LIMIT_EXCEEDED",
        Message = "TotalRequests Limit exceeded.",
        // Not a day, nor the quarter of an hour that the connector waits when it is not told.
        Headers = new Dictionary<string, string> { ["Retry-After"] = "2" },
        Times = 30,
    });

    /// <returns>How many records there are of each name that begins so.</returns>
    public async Task<IReadOnlyDictionary<string, int>> CountByNameAsync(string prefix, CancellationToken cancellationToken)
    {
        _simulator.ClearFaults();
        using var client = new HttpClient { BaseAddress = BaseUrl };
        var token = await OrgCredentials.LogInAsync(client, cancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        var counts = new Dictionary<string, int>();
        var next = $"services/data/v67.0/query?q={Uri.EscapeDataString($"SELECT Name FROM Account WHERE Name LIKE '{prefix}%'")}";
        while (next is not null)
        {
            var page = JsonNode.Parse(await client.GetStringAsync(new Uri(next, UriKind.Relative), cancellationToken))!;
            foreach (var record in page["records"]!.AsArray())
            {
                var name = (string)record!["Name"]!;
                counts[name] = counts.GetValueOrDefault(name) + 1;
            }

            next = (string?)page["nextRecordsUrl"];
        }

        return counts;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BaseUrl}, failing {Faults.Sum(fault => fault.Rate):P0} of writes");

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    private static FaultRule Write(double rate) => new() { Path = "/services/data/*/sobjects/*", Rate = rate };
}
