using SalesforceSimulator.Events;

namespace SalesforceSimulator;

/// <summary>The options of a simulated org.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The port to listen on; 0 for any free one.</summary>
    public int Port { get; init; }

    public string ClientId { get; init; } = "local-client-id";

    /// <summary><see langword="null"/>: the app does no client credentials flow.</summary>
    public string? ClientSecret { get; init; } = "local-client-secret";

    /// <summary>Logins by JWT bearer; <see langword="null"/>: the app has no certificate.</summary>
    public JwtApp? JwtApp { get; init; }

    /// <summary>Whether the org lets its user log in, at the start and after a reset.</summary>
    public LoginState LoginState { get; init; }

    /// <summary>Makes access tokens JWTs that end so long after their login; <see langword="null"/>: they are opaque, and do not end.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>The <c>instance_url</c> of token replies. If absent, <see cref="Simulator.BaseUrl"/>.</summary>
    public string? InstanceUrl { get; init; }

    /// <summary>The org's events and its Pub/Sub API; <see langword="null"/> for an org without.</summary>
    public EventOptions? Events { get; init; }

    /// <summary>The org's clock, for date literals, time stamps and delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How Bulk API 2.0 behaves at the start and after a reset.</summary>
    public BulkSettings Bulk { get; init; } = new();

    /// <summary>The seed that makes the rates of fault rules repeatable.</summary>
    public int Seed { get; init; } = 1;
}
