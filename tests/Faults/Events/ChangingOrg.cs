using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using SalesforceSimulator;
using SalesforceSimulator.Events;
using TestDrivers;

namespace Faults;

/// <summary>The simulated org with its events, and whoever changes its records.</summary>
internal sealed class ChangingOrg : IAsyncDisposable
{
    // As many as one call may have.
    private const int RecordsAtOnce = 200;

    /// <summary>What a round's number is multiplied by.</summary>
    public const int RoundFactor = 1_000;

    private readonly Simulator _simulator;
    private readonly HttpClient _client;
    private string[] _ids = [];

    private ChangingOrg(Simulator simulator)
    {
        _simulator = simulator;
        _client = new HttpClient { BaseAddress = simulator.BaseUrl };
    }

    public Uri BaseUrl => _simulator.BaseUrl;

    public Uri EventsUrl => _simulator.Events.Url;

    /// <summary>Events that were delivered, each as often as it was.</summary>
    public long Delivered => _simulator.Events.Stats.Delivered;

    public static async Task<ChangingOrg> StartAsync(int events, CancellationToken cancellationToken)
    {
        var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Events = new EventOptions { Tls = false, MostEvents = events + 10_000 } }, cancellationToken);
        simulator.SetDailyLimit(int.MaxValue);
        return new ChangingOrg(simulator);
    }

    /// <summary>Makes the accounts that are changed later.</summary>
    public async Task CreateAccountsAsync(CancellationToken cancellationToken)
    {
        var records = Enumerable.Range(0, RecordsAtOnce).Select(i => new JsonObject { ["attributes"] = Account, ["Name"] = $"Account {i}" });
        var created = await SendAsync(HttpMethod.Post, records, cancellationToken);
        _ids = [.. created.AsArray().Select(result => (string)result!["id"]!)];
    }

    /// <summary>
    /// Changes the accounts one after the other: each gets a number of its own, as the org makes one event of equal changes. The round is
    /// what is before the last three digits.
    /// </summary>
    /// <param name="count">How many of them.</param>
    public Task ChangeAsync(int round, int count, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch,
        _ids.Take(count).Select((id, i) => new JsonObject { ["attributes"] = Account, ["id"] = id, ["NumberOfEmployees"] = (round * RoundFactor) + i }),
        cancellationToken);

    /// <summary>Ends all sessions, and the streams with them.</summary>
    public void ExpireTokens()
    {
        _simulator.ExpireTokens();
        _simulator.Events.EndStreams(new EventFault { Status = StatusCode.Unauthenticated, ErrorCode = "service.auth.error" });
    }

    /// <summary>Breaks the streams, and the next ones after some events.</summary>
    public void BreakStreams()
    {
        _simulator.Events.AddFaults(
            new EventFault { Method = "Subscribe", AfterEvents = 40, Times = 1, Reset = true },
            new EventFault { Method = "Subscribe", Times = 1, Status = StatusCode.Unavailable, ErrorCode = "service.unavailable" });
        _simulator.Events.EndStreams();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
    }

    private static JsonObject Account => new() { ["type"] = "Account" };

    private async Task<JsonNode> SendAsync(HttpMethod method, IEnumerable<JsonObject> records, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["allOrNone"] = true, ["records"] = new JsonArray([.. records]) };
        while (true)
        {
            using var request = new HttpRequestMessage(method, new Uri("services/data/v67.0/composite/sobjects", UriKind.Relative));
            request.Content = JsonContent.Create(body);
            using var response = await _client.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized)
            {
                response.EnsureSuccessStatusCode();
                return (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
            }

            await LogInAsync(cancellationToken);
        }
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = OrgCredentials.ClientId,
            ["client_secret"] = OrgCredentials.ClientSecret,
        });
        using var response = await _client.PostAsync(new Uri("services/oauth2/token", UriKind.Relative), form, cancellationToken);
        var login = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)login!["access_token"]!);
    }
}
