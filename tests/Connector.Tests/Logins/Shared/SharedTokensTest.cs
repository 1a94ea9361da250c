using System.Text;
using Azure.Data.Tables;
using Connector.Tests.Drivers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins.Shared;

/// <summary>Instances that share their tokens in one table, and count their logins.</summary>
public abstract class SharedTokensTest : IDisposable
{
    private protected const string Secret = "the-client-secret";

    private protected static readonly OrgUrl Org = OrgUrl.Parse("https://mydomain.my.salesforce.com");
    private protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    // Of a test that waits, on a clock that stands still, for what should have been there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ILoggerFactory _logging;
    private int _logins;

    protected SharedTokensTest() => _logging = LoggerFactory.Create(logging => logging.AddProvider(Log));

    private protected FakeTimeProvider Time { get; } = new();

    private protected MemoryTable Table { get; } = new();

    private protected SalesforceOptions Settings { get; } = new();

    private protected CollectedLog Log { get; } = new();

    private protected TokenSeal OrgSeal { get; } = Seal(Secret);

    private protected int Logins => _logins;

    public void Dispose()
    {
        _logging.Dispose();
        OrgSeal.Dispose();
        Log.Text.ShouldNotContain(Secret);
        Log.Text.ShouldNotContain("token 1");
        GC.SuppressFinalize(this);
    }

    private protected static TokenSeal Seal(string secret, string org = "https://mydomain.my.salesforce.com") =>
        new(OrgUrl.Parse(org), "salesforce-client-secret", "id", Encoding.UTF8.GetBytes(secret));

    /// <summary>What an instance of its own gets.</summary>
    private protected Task<AccessToken> GetAsync(AccessToken? refused = null, TokenSeal? seal = null, Func<Task<AccessToken>>? logIn = null) =>
        GetAsync(Table, refused, seal, logIn);

    private protected Task<AccessToken> GetAsync(
        TableClient? table, AccessToken? refused = null, TokenSeal? seal = null, Func<Task<AccessToken>>? logIn = null)
    {
        var options = Options.Create(Settings);
        var instance = new SharedTokens(table, new AllowedHosts(options), options, Time, _logging.CreateLogger<SharedTokens>());
        return instance.GetAsync(seal ?? OrgSeal, refused, logIn ?? (() => LogInAsync(Task.CompletedTask))).WaitAsync(Patience, TimeProvider.System);
    }

    private protected async Task<AccessToken> LogInAsync(Task until)
    {
        await until;
        return new AccessToken($"token {Interlocked.Increment(ref _logins)}", Org, Time.GetUtcNow());
    }

    private protected async Task<T> RunOutAsync<T>(Task<T> pending)
    {
        await ManualTime.UntilAsync(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            return pending.IsCompleted;
        });
        return await pending;
    }
}
