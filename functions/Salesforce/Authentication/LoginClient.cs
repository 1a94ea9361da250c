using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Polly.Timeout;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Authentication.Logins;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Logs in at an org's token endpoint.</summary>
/// <remarks>
/// Salesforce Help, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration" and "OAuth 2.0 JWT Bearer Flow for
/// Server-to-Server Integration".
/// </remarks>
internal sealed class LoginClient(
    HttpClient http, AllowedHosts hosts, ConnectorTelemetry telemetry, IOptions<SalesforceOptions> options, TimeProvider time)
{
    private const string TokenPath = "/services/oauth2/token";
    private const string RateLimited = "rate_limit_exceeded";
    private const string InvalidGrant = "invalid_grant";

    // The code also means rejected credentials; only the description tells them apart.
    private const string LoginRateExceeded = "login rate exceeded";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // The limit counts logins per hour.
    private static readonly TimeSpan RetryAfterRate = TimeSpan.FromMinutes(5);

    /// <param name="nextSignature">
    /// Creates the same grant with another signature, for a retry if Salesforce does not know this one; <see langword="null"/>
    /// if there is no other.
    /// </param>
    /// <exception cref="ConnectorException">Salesforce rejected the credentials, or did not reply.</exception>
    public async Task<AccessToken> LogInAsync(OrgUrl org, LoginGrant grant, Func<Task<LoginGrant?>>? nextSignature = null)
    {
        try
        {
            var token = await RequestAsync(org, grant, nextSignature).ConfigureAwait(false);
            telemetry.LoggedIn(Login.Granted);
            return token;
        }
        catch (ConnectorException e)
        {
            telemetry.LoggedIn(e.Problem.ErrorCode == ErrorCodes.AuthenticationFailed ? Login.Refused : Login.Failed);
            throw;
        }
    }

    private async Task<AccessToken> RequestAsync(OrgUrl org, LoginGrant grant, Func<Task<LoginGrant?>>? nextSignature)
    {
        while (true)
        {
            try
            {
                return await RequestAsync(org, grant).ConfigureAwait(false);
            }
            catch (LoginRefusedException e) when (e.IsSignature && nextSignature is not null)
            {
                if (await nextSignature().ConfigureAwait(false) is not { } next)
                {
                    throw;
                }

                grant = next;
            }
        }
    }

    private async Task<AccessToken> RequestAsync(OrgUrl org, LoginGrant grant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(org.Origin, TokenPath));
        request.Content = new FormUrlEncodedContent(grant.Form);

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            // The pipeline's timeouts do not cover the body, and all calls wait for this login.
            using var patience = new CancellationTokenSource(options.Value.LoginTimeout, time);
            var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            var body = await ErrorBody.ReadAsync(stream, grant.Secret, patience.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Accept(body, org) : throw Refused(org, grant, response, body);
        }
        catch (Exception e) when (ReplyBody.IsBroken(e) || e is TimeoutRejectedException or OperationCanceledException)
        {
            throw Unavailable($"{org} cannot be reached for a login", e);
        }
    }

    private AccessToken Accept(byte[] body, OrgUrl org)
    {
        var now = time.GetUtcNow();
        if (Read(body, LoginJson.Default.LoginReply) is not { AccessToken: { Length: > 0 } token } reply)
        {
            throw Unavailable($"{org} answered a login with a body that has no access_token", null);
        }

        // The token is sent to instance_url, which must be a host that credentials may be sent to.
        return reply.InstanceUrl is { } instance && Parse(instance) is { } url && hosts.Allows(url)
            ? new AccessToken(token, url, now) { EndsAt = TokenExpiry.EndOf(token, now), OrgId = reply.OrgId }
            : throw new ConnectorException(Problem.Create(
                ProblemKind.Authentication,
                StatusCodes.Status502BadGateway,
                ErrorCodes.AuthenticationFailed,
                $"{org} answered a login with an instance_url that {hosts.Requirement}; got {Quote.Value(reply.InstanceUrl ?? "")}.",
                retryable: false));
    }

    private ConnectorException Refused(OrgUrl org, LoginGrant grant, HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var refusal = Read(body, LoginJson.Default.LoginRefusal);
        if (refusal is { Error: InvalidGrant, Description: { } description }
            && description.Contains(LoginRateExceeded, StringComparison.OrdinalIgnoreCase))
        {
            return Unavailable($"{org} takes no more logins of this user for now ({LoginRateExceeded})", null, RetryAfterRate);
        }

        if (status is StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests or >= 500
            || refusal?.Error == RateLimited)
        {
            return Unavailable($"{org} answered a login with status {status}", null);
        }

        var quoted = ErrorBody.Describe(body);
        var error = new SalesforceError(refusal?.Description ?? quoted, refusal?.Error ?? ErrorCodes.UnexpectedReply);
        var said = refusal?.Error is null ? $"status {status}: {quoted}" : $"{error.ErrorCode}: {error.Message}";
        var advice = LoginAdvice.For(grant, refusal, time.GetUtcNow() - response.Headers.Date);
        var detail = advice.Length == 0 ? $"{org} refused the login, {said}" : $"{org} refused the login, {said}.{advice}";
        var problem = Problem.Create(ProblemKind.Authentication, StatusCodes.Status502BadGateway, [error], detail, retryable: true) with
        {
            ErrorCode = ErrorCodes.AuthenticationFailed,
        };
        return new LoginRefusedException(problem, grant is LoginGrant.JwtBearer && LoginAdvice.IsSignature(refusal));
    }

    // Nothing was executed, so the status is one that callers may retry.
    private static ConnectorException Unavailable(string detail, Exception? cause, TimeSpan? retryAfter = null) =>
        new(
            Problem.Create(
                ProblemKind.Unavailable, StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, $"{detail}; nothing was executed.", retryable: true) with
            {
                RetryAfter = retryAfter ?? RetryAfter,
            },
            cause);

    private static OrgUrl? Parse(string text)
    {
        try
        {
            return OrgUrl.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static T? Read<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Salesforce rejected a login.</summary>
/// <param name="isSignature">Whether the assertion's signature was the reason.</param>
internal sealed class LoginRefusedException(Problem problem, bool isSignature) : ConnectorException(problem)
{
    public bool IsSignature { get; } = isSignature;
}
