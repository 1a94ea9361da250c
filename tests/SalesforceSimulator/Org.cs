using System.Text.Json.Nodes;
using SalesforceSimulator.Bulk;
using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Endpoints.Automation;
using SalesforceSimulator.Events;
using SalesforceSimulator.Http;

namespace SalesforceSimulator;

/// <summary>The session of a login: its token, and the owner of query locators.</summary>
/// <param name="EndsAt">When the token expires; <see langword="null"/> for opaque tokens.</param>
internal sealed record Session(string Token, DateTimeOffset? EndsAt);

/// <summary>The state of the simulated org. Hold <see cref="Gate"/> to read or change it.</summary>
internal sealed class Org
{
    /// <summary>The daily API requests of a Developer Edition org, as in <c>Sforce-Limit-Info</c>.</summary>
    public const int DefaultDailyLimit = 5000;

    public static readonly string Id = RecordIds.Create("00D", 0);

    /// <summary>The user of all tokens.</summary>
    public static readonly string UserId = RecordIds.Create("005", 0);

    private readonly Dictionary<string, Session> _sessions = [];
    private readonly SimulatorOptions _options;
    private int _tokens;
    private (long Milliseconds, string Text) _now = (long.MinValue, "");

    public Org(SimulatorOptions options)
    {
        _options = options;
        Time = options.Time;
        Faults = new FaultRules(options.Seed);
        Events = options.Events is null ? null : new EventBus(SampleSchema.Create(), options.Events, Time);
        Reset();
    }

    public Lock Gate { get; } = new();

    public TimeProvider Time { get; }

    public Schema Schema => Store.Schema;

    public Store Store { get; private set; } = null!;

    public Cursors Cursors { get; private set; } = null!;

    /// <summary>What the org's Apex class for orders keeps, by number.</summary>
    public Dictionary<string, JsonObject> Orders { get; } = [];

    public BulkJobs Bulk { get; private set; } = null!;

    public ApprovalInstances Approvals { get; private set; } = null!;

    public FaultRules Faults { get; }

    /// <summary>What is published and delivered; <see langword="null"/> if the org has no events.</summary>
    public EventBus? Events { get; }

    public RequestLog Requests { get; } = new();

    public string ClientId => _options.ClientId;

    /// <summary><see langword="null"/>: the app does no client credentials flow.</summary>
    public string? ClientSecret { get; set; }

    /// <summary><see langword="null"/>: the app has no certificate.</summary>
    public JwtApp? JwtApp { get; set; }

    /// <summary>Whether the org lets its user log in.</summary>
    public LoginState LoginState { get; set; }

    public int DailyLimit { get; set; }

    public int Logins { get; private set; }

    public int Calls { get; private set; }

    /// <summary>The time in the form of records. The records of one millisecond share the text.</summary>
    public string Now
    {
        get
        {
            var now = Time.GetUtcNow();
            if (now.ToUnixTimeMilliseconds() is var milliseconds && milliseconds != _now.Milliseconds)
            {
                _now = (milliseconds, SalesforceTime.Format(now));
            }

            return _now.Text;
        }
    }

    public void Reset()
    {
        Store = new Store(SampleSchema.Create());
        SampleData.Load(Store);
        Store.Commit();
        Store.Committing = Events is null ? null : Events.Capture;
        Cursors = new Cursors();
        Bulk?.Discard();
        Bulk = new BulkJobs(this, _options.Bulk);
        Approvals = new ApprovalInstances();
        ApexRest.LoadOrders(Orders);
        ClientSecret = _options.ClientSecret;
        JwtApp = _options.JwtApp;
        LoginState = _options.LoginState;
        DailyLimit = DefaultDailyLimit;
        Logins = Calls = 0;
        _sessions.Clear();
        Faults.Clear();
        Events?.Reset();
        Requests.Clear();
    }

    public Session Login()
    {
        Logins++;
        var now = Time.GetUtcNow();
        var session = _options.AccessTokenLifetime is { } lifetime
            ? new Session(AccessTokens.Jwt(_tokens++, ClientId, now, now + lifetime), now + lifetime)
            : new Session(AccessTokens.Opaque(_tokens++), EndsAt: null);
        _sessions.Add(session.Token, session);
        return session;
    }

    public Session? FindSession(string token) =>
        _sessions.TryGetValue(token, out var session) && !(Time.GetUtcNow() >= session.EndsAt) ? session : null;

    public void ExpireTokens() => _sessions.Clear();

    public bool Revoke(string token) => _sessions.Remove(token);

    /// <summary>Counts one API call.</summary>
    /// <returns>Whether the call can be executed; <see langword="false"/> once the daily limit is reached.</returns>
    public bool TryCountCall()
    {
        if (Calls >= DailyLimit)
        {
            return false;
        }

        Calls++;
        return true;
    }

    public void Fill(ObjectType type, int count, int descriptionLength)
    {
        var table = Store[type];
        var accounts = Store[Schema["Account"]];
        table.Add(new GeneratedRange(
            table.Next,
            count,
            Now,
            UserId,
            [.. accounts.Ordinals(includeDeleted: false).Take(12).Select(ordinal => accounts.Get(ordinal)!.Id)],
            descriptionLength > 0 ? new string('x', descriptionLength) : null));
    }
}
