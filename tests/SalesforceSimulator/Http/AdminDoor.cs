using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceSimulator.Events;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Http;

/// <summary>The simulator's admin endpoint, <c>/__admin</c>, with which tests inspect and control the org.</summary>
internal sealed class AdminDoor(Org org)
{
    private const int MostRecords = 10_000_000;
    private const int LongestDescription = 1_000_000;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public SimulatorStats Stats
    {
        get
        {
            lock (org.Gate)
            {
                return new SimulatorStats(org.Logins, org.Calls, org.Store.LiveCounts);
            }
        }
    }

    /// <summary>Handles a request below <c>/__admin</c>. An invalid one gets status 400 with the reason.</summary>
    public Reply Handle(string method, string[] door, ReadOnlyMemory<byte> body)
    {
        try
        {
            switch (method, door)
            {
                case ("GET", ["stats"]):
                    return Reply.Json(200, writer => JsonSerializer.Serialize(writer, Stats, Json));
                case ("GET", ["requests"]):
                    return Reply.Json(200, writer => JsonSerializer.Serialize(writer, org.Requests.All, Json));
                case ("POST", ["reset"]):
                    Reset();
                    break;
                case ("DELETE", ["requests"]):
                    org.Requests.Forget();
                    break;
                case ("POST", ["faults"]):
                    org.Faults.Add(Read<FaultRule[]>(body));
                    break;
                case ("DELETE", ["faults"]):
                    org.Faults.Clear();
                    break;
                case ("POST", ["expire-tokens"]):
                    ExpireTokens();
                    break;
                case ("POST", ["credentials"]):
                    SetClientSecret(Read<CredentialsInput>(body).ClientSecret);
                    break;
                case ("POST", ["logins"]):
                    SetLoginState(Read<LoginsInput>(body).State);
                    break;
                case ("POST", ["limits"]):
                    SetDailyLimit(Read<LimitsInput>(body).DailyApiRequests);
                    break;
                case ("POST", ["fill"]):
                    var fill = Read<FillInput>(body);
                    Fill(fill.ObjectType, fill.Count, fill.DescriptionLength);
                    break;
                case ("POST", ["bulk"]):
                    SetBulk(Read<BulkSettings>(body));
                    break;
                case (_, ["events", .. var rest]) when org.Events is { } events:
                    return new EventDoor(org, events).Handle(method, rest, body) ?? Problem(404, $"There is no {method} /__admin/{string.Join('/', door)}.");
                default:
                    return Problem(404, $"There is no {method} /__admin/{string.Join('/', door)}.");
            }

            return Reply.NoContent;
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException)
        {
            return Problem(400, exception.Message);
        }
    }

    public void Reset()
    {
        lock (org.Gate)
        {
            org.Reset();
        }
    }

    public void ExpireTokens()
    {
        lock (org.Gate)
        {
            org.ExpireTokens();
        }
    }

    public void SetClientSecret(string clientSecret)
    {
        ArgumentException.ThrowIfNullOrEmpty(clientSecret);
        lock (org.Gate)
        {
            org.ClientSecret = clientSecret;
        }
    }

    public void SetJwtApp(JwtApp app)
    {
        lock (org.Gate)
        {
            org.JwtApp = app;
        }
    }

    public void SetLoginState(LoginState state)
    {
        if (!Enum.IsDefined(state))
        {
            throw new ArgumentException($"state must be one of {string.Join(", ", Enum.GetNames<LoginState>())}.", nameof(state));
        }

        lock (org.Gate)
        {
            org.LoginState = state;
        }
    }

    public void SetDailyLimit(int dailyApiRequests)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dailyApiRequests);
        lock (org.Gate)
        {
            org.DailyLimit = dailyApiRequests;
        }
    }

    public void SetBulk(BulkSettings settings)
    {
        lock (org.Gate)
        {
            org.Bulk.Set(settings);
        }
    }

    public void Fill(string objectType, int count, int descriptionLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostRecords);
        ArgumentOutOfRangeException.ThrowIfNegative(descriptionLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptionLength, LongestDescription);
        lock (org.Gate)
        {
            var type = org.Schema.Find(objectType)
                ?? throw new ArgumentException($"There is no sObject '{objectType}'.", nameof(objectType));
            if (descriptionLength > 0 && type.FindField("Description") is null)
            {
                throw new ArgumentException($"{type.Name} has no Description.", nameof(descriptionLength));
            }

            org.Fill(type, count, descriptionLength);
        }
    }

    internal static T Read<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span, Json) ?? throw new JsonException("The body must not be null.");

    private static Reply Problem(int status, string message) => Reply.Json(status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("message", message);
        writer.WriteEndObject();
    });

    private sealed record CredentialsInput(string ClientSecret);

    private sealed record LoginsInput(LoginState State);

    private sealed record LimitsInput(int DailyApiRequests);

    private sealed record FillInput(string ObjectType, int Count, int DescriptionLength = 0);
}
