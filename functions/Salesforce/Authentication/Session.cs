using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>
/// One org's token under one set of credentials, shared by all who ask: one login in flight at a time, a token kept
/// until it is refused or its lifetime is over, and a refusal remembered for a short while.
/// </summary>
/// <param name="logIn">
/// Gets a token other than the refused one that it is given; runs detached from the call that happened to need it first.
/// </param>
/// <param name="lifetime">How long a token is used; <see langword="null"/>, until it is refused.</param>
/// <param name="refusalPause">How long a refused login is answered from memory.</param>
internal sealed class Session(
    Func<AccessToken?, Task<AccessToken>> logIn, TimeSpan? lifetime, TimeSpan refusalPause, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<AccessToken>? _login;
    private ConnectorException? _refusal;
    private DateTimeOffset _refusedUntil;

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
                _login = Task.Run(() => LogInAsync(refused), CancellationToken.None);
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
            || (lifetime is { } limit && time.GetUtcNow() >= login.Result.Since + limit));

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
}
