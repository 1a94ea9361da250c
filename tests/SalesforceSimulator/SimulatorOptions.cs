namespace SalesforceSimulator;

/// <summary>How a simulated org is started.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; }

    public string ClientId { get; init; } = "local-client-id";

    /// <summary><see langword="null"/>: the app does no client credentials flow.</summary>
    public string? ClientSecret { get; init; } = "local-client-secret";

    /// <summary>Logins by JWT bearer; <see langword="null"/>: the app has no certificate.</summary>
    public JwtApp? JwtApp { get; init; }

    /// <summary>Makes access tokens JWTs that end so long after their login; <see langword="null"/>: they are opaque, and do not end.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>The <c>instance_url</c> of a token reply; <see cref="Simulator.BaseUrl"/> when not given.</summary>
    public string? InstanceUrl { get; init; }

    /// <summary>The org's clock: date literals, time stamps and delays follow it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the rates of fault rules repeatable.</summary>
    public int Seed { get; init; } = 1;
}
