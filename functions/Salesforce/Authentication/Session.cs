using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>
/// The token of one org and one set of credentials. Only one login runs at a time. The token is kept until Salesforce rejects
/// it or its lifetime ends, and a rejected login is remembered for a short time. A token with a known end is renewed before
/// it, in the background.
/// </summary>
/// <param name="logIn">
/// Gets a token other than the given one, which was rejected or ends soon. Runs independently of the call that started it.
/// </param>
/// <param name="lifetime">How long a token is used; <see langword="null"/> for until it is rejected.</param>
/// <param name="refusalPause">How long a rejected login is remembered.</param>
internal sealed partial class Session(
    Func<AccessToken?, Task<AccessToken>> logIn, TimeSpan? lifetime, TimeSpan refusalPause, TimeProvider time, ILogger logger)
{
    // A token is renewed when between a tenth and a fifth of its lifetime is left, so that instances do not all log in at once.
    private const double LatestRenewal = 0.1;
    private const double EarliestRenewal = 0.2;

    // The pause after a failed renewal, or one that brought a token ending no later.
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(10);

    private readonly double _share = LatestRenewal + (Random.Shared.NextDouble() * (EarliestRenewal - LatestRenewal));
    private readonly Lock _lock = new();
    private Task<AccessToken>? _login;
    private ConnectorException? _refusal;
    private DateTimeOffset _refusedUntil;
    private Task<AccessToken>? _renewal;
    private DateTimeOffset _renewNotBefore;

    /// <summary>Gets the current token, or a new one if there is none or the current one is <paramref name="refused"/>.</summary>
    /// <exception cref="ConnectorException">The login failed.</exception>
    public Task<AccessToken> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_refusal is not null)
            {
                if (time.GetUtcNow() < _refusedUntil)
                {
                    return Task.FromException<AccessToken>(new ConnectorException(_refusal.Problem, _refusal.InnerException));
                }

                _refusal = null;
            }

            if (_login is null || IsSpent(_login, refused))
            {
                // Uses a renewal that is already running.
                _login = _renewal is { IsCompleted: false } ? _renewal : Task.Run(() => LogInAsync(refused), CancellationToken.None);
            }
            else if (IsDue(_login))
            {
                var due = _login.Result;
                _renewal = Task.Run(() => RenewAsync(due), CancellationToken.None);
            }

            return _login.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Records that a new token was rejected too. During the pause all calls get <paramref name="refusal"/>, so that they do
    /// not each log in again.
    /// </summary>
    public void Refuse(AccessToken token, ConnectorException refusal)
    {
        lock (_lock)
        {
            if (_login is { IsCompletedSuccessfully: true } && _login.Result == token)
            {
                _login = null;
                Remember(refusal);
            }
        }
    }

    private bool IsSpent(Task<AccessToken> login, AccessToken? refused) =>
        login.IsCompleted
        && (!login.IsCompletedSuccessfully
            || login.Result == refused
            || login.Result.HasEnded(time.GetUtcNow())
            || (lifetime is { } limit && time.GetUtcNow() >= login.Result.Since + limit));

    private bool IsDue(Task<AccessToken> login)
    {
        if (_renewal is { IsCompleted: false } || !login.IsCompletedSuccessfully || login.Result is not { EndsAt: { } end } token)
        {
            return false;
        }

        var now = time.GetUtcNow();
        return now >= end - ((end - token.Since) * _share) && now >= _renewNotBefore;
    }

    private async Task<AccessToken> RenewAsync(AccessToken due)
    {
        try
        {
            var renewed = await logIn(due.EndingSoon()).ConfigureAwait(false);
            lock (_lock)
            {
                if (_login is { IsCompletedSuccessfully: true } && _login.Result == due)
                {
                    _login = Task.FromResult(renewed);
                }
            }

            return renewed;
        }
        catch (Exception e)
        {
            // The current token is still valid. A rejected renewal matters only after the token has ended.
            Log.NotRenewed(logger, LoggedException.From(e));
            throw;
        }
        finally
        {
            lock (_lock)
            {
                _renewNotBefore = time.GetUtcNow() + RenewalPause;
            }
        }
    }

    private async Task<AccessToken> LogInAsync(AccessToken? refused)
    {
        try
        {
            return (await logIn(refused).ConfigureAwait(false)).InPlaceOf(refused);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == ErrorCodes.AuthenticationFailed)
        {
            lock (_lock)
            {
                Remember(e);
            }

            throw;
        }
    }

    private void Remember(ConnectorException refusal)
    {
        _refusal = refusal;
        _refusedUntil = time.GetUtcNow() + refusalPause;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A token that ends soon could not be replaced yet")]
        public static partial void NotRenewed(ILogger logger, LoggedException? exception);
    }
}
