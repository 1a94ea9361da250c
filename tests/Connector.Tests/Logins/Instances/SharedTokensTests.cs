using Azure.Data.Tables;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins.Instances;

/// <summary>One login for all instances, and at worst one for each.</summary>
public sealed class SharedTokensTests : SharedTokensTest
{
    private static readonly TimeSpan Pause = new SalesforceOptions().RefusedLoginPause;

    [Fact]
    public async Task The_second_instance_has_the_first_ones_token()
    {
        var first = await GetAsync();
        Time.Advance(TimeSpan.FromHours(1));

        var second = await GetAsync();

        second.Value.ShouldBe(first.Value);
        second.Instance.ShouldBe(first.Instance);
        second.Since.ShouldBe(first.Since);
        (first.IsShared, second.IsShared).ShouldBe((false, true));
        Logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_is_no_more_is_replaced_by_one_login()
    {
        var old = await GetAsync();
        Time.Advance(TimeSpan.FromHours(1));

        var tokens = new[] { await GetAsync(old), await GetAsync(old), await GetAsync() };

        tokens.ShouldAllBe(token => token.Value == "token 2");
        Logins.ShouldBe(2);
    }

    [Fact]
    public async Task While_one_logs_in_the_others_wait()
    {
        var gate = new TaskCompletionSource();
        var first = GetAsync(logIn: () => LogInAsync(gate.Task));
        var others = Enumerable.Range(0, 64).Select(_ => GetAsync()).ToArray();
        Time.Advance(TimeSpan.FromSeconds(5));
        others.ShouldAllBe(other => !other.IsCompleted);

        gate.SetResult();
        await first;
        var tokens = await RunOutAsync(Task.WhenAll(others));

        tokens.ShouldAllBe(token => token.Value == "token 1");
        Logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_login_that_never_ends_is_taken_over_when_its_lease_is()
    {
        var gate = new TaskCompletionSource();
        var crashed = GetAsync(logIn: () => LogInAsync(gate.Task));
        var next = GetAsync();
        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        next.IsCompleted.ShouldBeFalse();

        (await RunOutAsync(next)).Value.ShouldBe("token 1");

        // What ends too late is for its own instance only.
        gate.SetResult();
        (await crashed).Value.ShouldBe("token 2");
        (await GetAsync()).Value.ShouldBe("token 1");
        Logins.ShouldBe(2);
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
        Time.Advance(Pause - TimeSpan.FromSeconds(1));

        var refusal = await Should.ThrowAsync<ConnectorException>(() => GetAsync());

        refusal.Problem.ErrorCode.ShouldBe(ErrorCodes.AuthenticationFailed);
        refusal.Message.ShouldBe("The login failed.");
        Logins.ShouldBe(0);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Fact]
    public async Task A_refused_renewal_leaves_the_token_that_is_still_good_and_is_shared_as_well()
    {
        var token = await GetAsync(logIn: async () => new AccessToken((await LogInAsync(Task.CompletedTask)).Value, Org, Time.GetUtcNow()) { EndsAt = Time.GetUtcNow().AddMinutes(30) });
        Time.Advance(TimeSpan.FromMinutes(25));
        var attempts = 0;
        Task<AccessToken> RefuseAsync()
        {
            attempts++;
            throw Failure(ErrorCodes.AuthenticationFailed);
        }

        // Two instances renew it in the background.
        await Should.ThrowAsync<ConnectorException>(() => GetAsync(token.EndingSoon(), logIn: RefuseAsync));
        await Should.ThrowAsync<ConnectorException>(() => GetAsync(token.EndingSoon(), logIn: RefuseAsync));
        attempts.ShouldBe(1);

        // A new instance has the token, and one at which Salesforce refuses it has the refusal.
        (await GetAsync()).Value.ShouldBe(token.Value);
        await Should.ThrowAsync<ConnectorException>(() => GetAsync(token, logIn: RefuseAsync));
        attempts.ShouldBe(1);

        Time.Advance(Pause);
        var renewed = await GetAsync(token.EndingSoon());
        (renewed.Value, renewed.RefusedSince).ShouldBe(("token 2", null));
        (await GetAsync()).RefusedSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_login_in_place_of_a_refused_token_leaves_nothing()
    {
        var token = await GetAsync();

        await Should.ThrowAsync<ConnectorException>(() => GetAsync(token, logIn: () => throw Failure(ErrorCodes.AuthenticationFailed)));

        await Should.ThrowAsync<ConnectorException>(() => GetAsync());
    }

    [Fact]
    public async Task A_token_that_ends_within_seconds_is_not_given_to_another_instance()
    {
        await GetAsync(logIn: () => Task.FromResult(new AccessToken("ending", Org, Time.GetUtcNow()) { EndsAt = Time.GetUtcNow().AddMinutes(30) }));
        Time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(5.1));
        (await GetAsync()).Value.ShouldBe("ending");
        Time.Advance(TimeSpan.FromSeconds(0.1));

        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Fact]
    public async Task A_token_tells_every_instance_which_one_it_replaced()
    {
        var first = await GetAsync();
        Time.Advance(TimeSpan.FromSeconds(3));

        await GetAsync(refused: first);

        (await GetAsync()).RefusedSince.ShouldBe(first.Since);
        first.RefusedSince.ShouldBeNull();
    }

    [Fact]
    public async Task The_lifetime_counts_from_the_login_wherever_it_was_made()
    {
        Settings.TokenLifetime = TimeSpan.FromHours(1);
        await GetAsync();
        Time.Advance(TimeSpan.FromMinutes(59));
        (await GetAsync()).Value.ShouldBe("token 1");
        Time.Advance(TimeSpan.FromMinutes(1));

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
        Log.Text.ShouldContain("another client secret");
    }

    [Fact]
    public async Task An_entry_in_anothers_place_is_not_read()
    {
        using var emea = Seal(Secret, "https://emea.my.salesforce.com");
        await GetAsync(seal: emea);
        Table.Put(new TableEntity(OrgSeal.Partition, OrgSeal.Row) { ["Sealed"] = Table.Single["Sealed"] });

        (await GetAsync()).Value.ShouldBe("token 2");
    }

    [Fact]
    public async Task A_token_for_a_host_that_is_not_allowed_any_more_is_not_used()
    {
        await GetAsync(logIn: () => Task.FromResult(new AccessToken("of another host", OrgUrl.Parse("https://my.example"), Time.GetUtcNow())));

        (await GetAsync()).Value.ShouldBe("token 1");
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
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await RunOutAsync(pending)).Value.ShouldBe("token 2");

        // The entry is for those who have the lease to write.
        Table.Single["LeaseUntil"].ShouldNotBeNull();

        void LeaseAnew()
        {
            var entity = Table.Single;
            entity["Writer"] = Guid.NewGuid();
            entity["LeaseUntil"] = Time.GetUtcNow() + Lease;
            Table.Put(entity);
        }
    }

    [Fact]
    public async Task Each_instance_logs_in_for_itself_where_nothing_is_shared()
    {
        Settings.ShareTokens = false;
        await GetAsync();
        await GetAsync();
        Settings.ShareTokens = true;
        await GetAsync(table: null, refused: null);
        await GetAsync(table: null, refused: null);

        Logins.ShouldBe(4);
        Table.Requests.ShouldBe(0);
    }

    private static ConnectorException Failure(string errorCode) =>
        new(Problem.Create(ProblemKind.Authentication, 502, errorCode, "The login failed."));
}
