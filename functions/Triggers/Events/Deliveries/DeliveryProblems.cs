using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Why an event was not delivered. Details never quote a URL's path and query, or a receiver's answer.</summary>
internal static class DeliveryProblems
{
    /// <summary>The receiver does not take this event, now or later.</summary>
    public const string Refused = "RECEIVER_REFUSED";

    /// <summary>The receiver cannot be reached, or is not ready.</summary>
    public const string Unavailable = "RECEIVER_UNAVAILABLE";

    /// <summary>The receiver has not answered in time.</summary>
    public const string TimedOut = "RECEIVER_TIMEOUT";

    /// <summary>The receiver does not take the signature or the token, or its token endpoint refuses the client.</summary>
    public const string NotAuthorized = "RECEIVER_NOT_AUTHORIZED";

    /// <summary>The event has no correlation key at the path of the settings.</summary>
    public const string NoCorrelationKey = "CORRELATION_KEY_MISSING";

    /// <summary>The subscription has no delivery, or none any more.</summary>
    public const string NotSet = "DELIVERY_NOT_SET";

    // The limit of what a receiver can ask for.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The problem of an answer that is no success.</summary>
    public static ConnectorException Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var host = response.RequestMessage!.RequestUri!.Authority;
        var (code, retryable) = status switch
        {
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => (NotAuthorized, true),
            // Says nothing about the event: the receiver is not deployed yet, or too busy.
            StatusCodes.Status404NotFound or StatusCodes.Status408RequestTimeout or 425 or StatusCodes.Status429TooManyRequests or >= 500 => (Unavailable, true),
            _ => (Refused, false),
        };
        return new ConnectorException(Create(code, $"The receiver {host} answered {status}.", retryable, status) with { RetryAfter = RetryAfterOf(response, now) });
    }

    public static ConnectorException Unreachable(Uri url, Exception cause) =>
        new(Create(Unavailable, $"The receiver {url.Authority} cannot be reached, or has broken the connection.", retryable: true), cause);

    public static ConnectorException NoAnswer(Uri url, TimeSpan timeout, Exception cause) =>
        new(Create(TimedOut, $"The receiver {url.Authority} has not answered within {timeout}.", retryable: true, StatusCodes.Status504GatewayTimeout), cause);

    public static ConnectorException LoginRefused(Uri url, int status) =>
        new(Create(NotAuthorized, $"The token endpoint {url.Authority} answered {status}: check the client id and secret in Key Vault, and audience and scope.", retryable: true));

    public static ConnectorException MissingKey(string path) =>
        new(Create(NoCorrelationKey, $"The event has no text, number or Boolean at {path}, which the setting Deliver__CorrelationKey names.", retryable: false));

    public static ConnectorException MissingSetting(string subscription) =>
        new(Create(NotSet, $"The subscription {subscription} has no setting Events__Topics__{subscription}__Deliver__Webhook or __Camunda.", retryable: false));

    private static Problem Create(string code, string detail, bool retryable, int status = StatusCodes.Status502BadGateway) =>
        Problem.Create(ProblemKind.Receiver, status, code, detail, retryable);

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var after = RetryAfterHeader.Read(response, now);
        return after is not { } asked || asked <= TimeSpan.Zero ? null : asked < LongestRetryAfter ? asked : LongestRetryAfter;
    }
}
