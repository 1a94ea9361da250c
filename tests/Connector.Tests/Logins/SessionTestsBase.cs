using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins;

/// <summary>A clock, and sessions whose logins are counted.</summary>
public abstract class SessionTestsBase
{
    private protected static readonly OrgUrl Org = OrgUrl.Parse("https://mydomain.my.salesforce.com");
    private protected static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private int _logins;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected FakeTimeProvider Time { get; } = new();

    private protected int Logins => _logins;

    private protected Session SessionOf(Func<Task<AccessToken>> logIn) => new(_ => logIn(), lifetime: null, Pause, Time, NullLogger.Instance);

    private protected int CountLogin() => Interlocked.Increment(ref _logins);

    /// <summary>The token of another login.</summary>
    private protected AccessToken NewToken(TimeSpan? lifetime = null) =>
        new($"token {CountLogin()}", Org, Time.GetUtcNow()) { EndsAt = Time.GetUtcNow() + lifetime };

    private protected static ConnectorException Failure(string errorCode) =>
        new(Problem.Create(ProblemKind.Authentication, 502, errorCode, "The login failed."));
}
