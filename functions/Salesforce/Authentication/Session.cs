using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>
/// One org's token under one set of credentials, shared by all who ask: one login in flight at a time, a token kept
/// until it is refused or its lifetime is over, and a refusal remembered for a short while. A token that says when it ends is
/// replaced before, while calls go on with it.
/// </summary>
/// <param name="logIn">
/// Gets a token other than the refused one that it is given; runs detached from the call that happened to need it first.
/// </param>
/// <param name="lifetime">How long a token is used; <see langword="null"/>, until it is refused.</param>
/// <param name="refusalPause">How long a refused login is answered from memory.</param>
internal sealed partial class Session(
    Func<AccessToken?, Task<AccessToken>> logIn, TimeSpan? lifetime, TimeSpan refusalPause, TimeProvider time, ILogger logger)
{
    // A token is renewed when a tenth to a fifth of its time is left, so that not all instances ask at once.
    private const double LatestRenewal = 0.1;
    private const double EarliestRenewal = 0.2;

    // After one that failed, or that yielded a token that ends as soon.
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(10);

    private readonly double _share = LatestRenewal + (Random.Shared.NextDouble() * (EarliestRenewal - LatestRenewal));
    private readonly Lock _lock = new();
    private Task<AccessToken>? _login;
    private ConnectorException? _refusal;
    private DateTimeOffset _refusedUntil;
    private Task<AccessToken>? _renewal;
    private DateTimeOffset _renewNotBefore;

    /// <summary>The current token; a new one if there is none, or if the current one is <paramref name="refused"/>.</summary>
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
                // A renewal that is under way is the login that is needed.
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
    /// A token fresh from a login was refused too: for the pause, <paramref name="refusal"/> is everybody's answer, or
    /// every call of a burst would log in again.
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
            || time.GetUtcNow() >= login.Result.EndsAt
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
            var renewed = await logIn(due).ConfigureAwait(false);
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
            // The token in use is still good. A refusal is no answer to calls before it has ended.
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
