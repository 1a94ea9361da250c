using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using Connector.Tests.Drivers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Salesforce;

/// <summary>One login for all instances, and at worst one for each.</summary>
public sealed class SharedTokensTests : IDisposable
{
    private const string Secret = "the-client-secret";

    private static readonly OrgUrl Org = OrgUrl.Parse("https://mydomain.my.salesforce.com");
    private static readonly TimeSpan Pause = new SalesforceOptions().RefusedLoginPause;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    // Of a test that waits, on a clock that stands still, for what should have been there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryTable _table = new();
    private readonly SalesforceOptions _options = new();
    private readonly CollectedLog _log = new();
    private readonly ILoggerFactory _logging;
    private readonly TokenSeal _seal = Seal(Secret);
    private int _logins;

    public SharedTokensTests() => _logging = LoggerFactory.Create(logging => logging.AddProvider(_log));

    public void Dispose()
    {
        _logging.Dispose();
        _seal.Dispose();
        _log.Text.ShouldNotContain(Secret);
        _log.Text.ShouldNotContain("token 1");
    }

    [Fact]
    public async Task The_second_instance_has_the_first_ones_token()
    {
        var first = await GetAsync();
        _time.Advance(TimeSpan.FromHours(1));

        var second = await GetAsync();

        second.Value.ShouldBe(first.Value);
        second.Instance.ShouldBe(first.Instance);
        second.Since.ShouldBe(first.Since);
        (first.IsShared, second.IsShared).ShouldBe((false, true));
        _logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_is_no_more_is_replaced_by_one_login()
    {
        var old = await GetAsync();
        _time.Advance(TimeSpan.FromHours(1));

        var tokens = new[] { await GetAsync(old), await GetAsync(old), await GetAsync() };

        tokens.ShouldAllBe(token => token.Value == "token 2");
        _logins.ShouldBe(2);
    }

    [Fact]
    public async Task While_one_logs_in_the_others_wait()
    {
        var gate = new TaskCompletionSource();
        var first = GetAsync(logIn: () => LogInAsync(gate.Task));
        var others = Enumerable.Range(0, 64).Select(_ => GetAsync()).ToArray();
        _time.Advance(TimeSpan.FromSeconds(5));
        others.ShouldAllBe(other => !other.IsCompleted);

        gate.SetResult();
        await first;
        var tokens = await RunOutAsync(Task.WhenAll(others));

        tokens.ShouldAllBe(token => token.Value == "token 1");
        _logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_login_that_never_ends_is_taken_over_when_its_lease_is()
    {
        var gate = new TaskCompletionSource();
        var crashed = GetAsync(logIn: () => LogInAsync(gate.Task));
        var next = GetAsync();
        _time.Advance(Lease - TimeSpan.FromSeconds(1));
        next.IsCompleted.ShouldBeFalse();

        (await RunOutAsync(next)).Value.ShouldBe("token 1");

        // What ends too late is for its own instance only.
        gate.SetResult();
        (await crashed).Value.ShouldBe("token 2");
        (await GetAsync()).Value.ShouldBe("token 1");
        _logins.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_login_that_failed_the_next_one_tries_at_once()
    {
        var failed = await Should.ThrowAsync<ConnectorException>(() => GetAsync(logIn: () => throw Failure(ErrorCodes.Unavailable)));

        failed.Problem.ErrorCode.ShouldBe(ErrorCodes.Unavailable);
        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Fact]
    public async Task A_refused_login_is_every_instances_answer_for_the_pause()
    {
        await Should.ThrowAsync<ConnectorException>(() => GetAsync(logIn: () => throw Failure(ErrorCodes.AuthenticationFailed)));
        _time.Advance(Pause - TimeSpan.FromSeconds(1));

        var refusal = await Should.ThrowAsync<ConnectorException>(() => GetAsync());

        refusal.Problem.ErrorCode.ShouldBe(ErrorCodes.AuthenticationFailed);
        refusal.Message.ShouldBe("The login failed.");
        _logins.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Fact]
    public async Task A_token_tells_every_instance_which_one_it_replaced()
    {
        var first = await GetAsync();
        _time.Advance(TimeSpan.FromSeconds(3));

        await GetAsync(refused: first);

        (await GetAsync()).RefusedSince.ShouldBe(first.Since);
        first.RefusedSince.ShouldBeNull();
    }

    [Fact]
    public async Task The_lifetime_counts_from_the_login_wherever_it_was_made()
    {
        _options.TokenLifetime = TimeSpan.FromHours(1);
        await GetAsync();
        _time.Advance(TimeSpan.FromMinutes(59));
        (await GetAsync()).Value.ShouldBe("token 1");
        _time.Advance(TimeSpan.FromMinutes(1));

        (await GetAsync()).Value.ShouldBe("token 2");
        (await GetAsync()).Value.ShouldBe("token 2");
    }

    [Fact]
    public async Task A_rotated_secret_makes_the_entry_unreadable_and_a_login_replaces_it()
    {
        await GetAsync();
        using var rotated = Seal("the-rotated-secret");

        (await GetAsync(seal: rotated)).Value.ShouldBe("token 2");

        (await GetAsync(seal: rotated)).Value.ShouldBe("token 2");
        _log.Text.ShouldContain("another client secret");
    }

    [Fact]
    public async Task An_entry_in_anothers_place_is_not_read()
    {
        using var emea = Seal(Secret, "https://emea.my.salesforce.com");
        await GetAsync(seal: emea);
        _table.Put(new TableEntity(_seal.Partition, _seal.Row) { ["Sealed"] = _table.Single["Sealed"] });

        (await GetAsync()).Value.ShouldBe("token 2");
    }

    public static TheoryData<string, object?> Damaged => new()
    {
        { "Sealed", null },
        { "Sealed", Array.Empty<byte>() },
        { "Sealed", new byte[200] },
        { "Sealed", "text" },
        { "LeaseUntil", "tomorrow" },
        { "LeaseUntil", DateTimeOffset.MaxValue },
        { "Writer", "nobody" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_entry_costs_a_login_at_most_and_is_whole_again_after_it(string member, object? value)
    {
        var first = await GetAsync();
        var entity = _table.Single;
        entity[member] = value;
        _table.Put(entity);

        (await GetAsync(refused: first)).Value.ShouldBe("token 2");
        (await GetAsync()).Value.ShouldBe("token 2");
    }

    [Fact]
    public async Task What_another_version_has_sealed_costs_a_login()
    {
        _table.Put(new TableEntity(_seal.Partition, _seal.Row) { ["Sealed"] = _seal.Seal(Encoding.UTF8.GetBytes("""{"version":2}""")) });

        (await GetAsync()).Value.ShouldBe("token 1");
        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Fact]
    public async Task A_token_for_a_host_that_is_not_allowed_any_more_is_not_used()
    {
        await GetAsync(logIn: () => Task.FromResult(new AccessToken("of another host", OrgUrl.Parse("https://my.example"), _time.GetUtcNow())));

        (await GetAsync()).Value.ShouldBe("token 1");
    }

    public static TheoryData<TableRequest, Exception> Failures => new()
    {
        { TableRequest.Read, new RequestFailedException(503, "Busy.") },
        { TableRequest.Read, new RequestFailedException(404, "No such table.", "TableNotFound", null) },
        { TableRequest.Add, new RequestFailedException(404, "No such table.", "TableNotFound", null) },
        { TableRequest.Add, new RequestFailedException(403, "Not allowed.") },
        { TableRequest.Add, new AggregateException("Several attempts failed.") },
        { TableRequest.Read, new AuthenticationFailedException("There is no identity.") },
        { TableRequest.Update, new RequestFailedException(503, "Busy.") },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task When_storage_fails_each_instance_logs_in_for_itself(TableRequest request, Exception failure)
    {
        _table.Before = (current, _) => current == request ? Task.FromException(failure) : Task.CompletedTask;

        (await GetAsync()).Value.ShouldBe("token 1");

        _logins.ShouldBe(1);
        _log.Text.ShouldContain("logs in at mydomain.my.salesforce.com:443 for itself");
    }

    [Theory]
    [InlineData(TableRequest.Read)]
    [InlineData(TableRequest.Add)]
    [InlineData(TableRequest.Update)]
    public async Task Storage_that_does_not_answer_is_waited_for_three_seconds(TableRequest request)
    {
        _table.Before = (current, cancellation) => current == request ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation) : Task.CompletedTask;
        var pending = GetAsync();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        pending.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(0.1));

        (await pending).Value.ShouldBe("token 1");
        _logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_known_for_ones_own()
    {
        _table.LosesNextAnswer = true;
        var first = await RunOutAsync(GetAsync());
        first.Value.ShouldBe("token 1");
        _time.Advance(TimeSpan.FromHours(1));

        _table.LosesNextAnswer = true;
        var asked = _time.GetUtcNow();
        (await RunOutAsync(GetAsync(refused: first))).Value.ShouldBe("token 2");
        // As a stranger's it would have been waited for.
        (_time.GetUtcNow() - asked).ShouldBeLessThan(Lease);

        (await GetAsync()).Value.ShouldBe("token 2");
        _logins.ShouldBe(2);
    }

    [Fact]
    public async Task Logins_of_others_are_not_waited_for_without_end()
    {
        var old = await GetAsync();
        LeaseAnew();
        var pending = GetAsync(refused: old);
        for (var second = 0; second < 20; second++)
        {
            pending.IsCompleted.ShouldBeFalse();
            LeaseAnew();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        (await RunOutAsync(pending)).Value.ShouldBe("token 2");

        // The entry is for those who have the lease to write.
        _table.Single["LeaseUntil"].ShouldNotBeNull();

        void LeaseAnew()
        {
            var entity = _table.Single;
            entity["Writer"] = Guid.NewGuid();
            entity["LeaseUntil"] = _time.GetUtcNow() + Lease;
            _table.Put(entity);
        }
    }

    [Fact]
    public async Task Each_instance_logs_in_for_itself_where_nothing_is_shared()
    {
        _options.ShareTokens = false;
        await GetAsync();
        await GetAsync();
        _options.ShareTokens = true;
        await GetAsync(table: null, refused: null);
        await GetAsync(table: null, refused: null);

        _logins.ShouldBe(4);
        _table.Requests.ShouldBe(0);
    }

    private static TokenSeal Seal(string secret, string org = "https://mydomain.my.salesforce.com") =>
        new(OrgUrl.Parse(org), "salesforce-client-secret", "id", Encoding.UTF8.GetBytes(secret));

    private static ConnectorException Failure(string errorCode) =>
        new(Problem.Create(ProblemKind.Authentication, 502, errorCode, "The login failed."));

    /// <summary>What an instance of its own gets.</summary>
    private Task<AccessToken> GetAsync(AccessToken? refused = null, TokenSeal? seal = null, Func<Task<AccessToken>>? logIn = null) =>
        GetAsync(_table, refused, seal, logIn);

    private Task<AccessToken> GetAsync(
        TableClient? table, AccessToken? refused = null, TokenSeal? seal = null, Func<Task<AccessToken>>? logIn = null)
    {
        var options = Options.Create(_options);
        var instance = new SharedTokens(table, new AllowedHosts(options), options, _time, _logging.CreateLogger<SharedTokens>());
        return instance.GetAsync(seal ?? _seal, refused, logIn ?? (() => LogInAsync(Task.CompletedTask))).WaitAsync(Patience, TimeProvider.System);
    }

    private async Task<AccessToken> LogInAsync(Task until)
    {
        await until;
        return new AccessToken($"token {Interlocked.Increment(ref _logins)}", Org, _time.GetUtcNow());
    }

    private async Task<T> RunOutAsync<T>(Task<T> pending)
    {
        await ManualTime.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return pending.IsCompleted;
        });
        return await pending;
    }
}
