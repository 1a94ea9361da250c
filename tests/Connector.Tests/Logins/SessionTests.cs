using Microsoft.Extensions.Logging.Abstractions;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins;

public sealed class SessionTests : SessionTestsBase
{
    [Theory]
    [InlineData(29, 0, true)]
    [InlineData(30, 0, false)]
    [InlineData(29, 29, true)]
    [InlineData(29, 30, false)]
    [InlineData(31, 5, false)]
    public void A_token_is_the_second_in_a_row_if_both_are_younger_than_the_period(int refusedAge, int age, bool isSecond)
    {
        var now = new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
        AccessToken Token(int seconds) => new("t", OrgUrl.Parse("https://mydomain.my.salesforce.com"), now.AddSeconds(-seconds));

        Token(age).InPlaceOf(Token(refusedAge)).IsSecondOf(TimeSpan.FromSeconds(30), now).ShouldBe(isSecond);
        Token(age).IsSecondOf(TimeSpan.FromSeconds(30), now).ShouldBeFalse();
    }

    [Fact]
    public async Task Sixty_four_concurrent_callers_cost_one_login()
    {
        var gate = new TaskCompletionSource();
        var session = SessionOf(async () =>
        {
            await gate.Task;
            return NewToken();
        });

        var callers = Enumerable.Range(0, 64).Select(_ => Task.Run(() => session.GetAsync(null, Cancellation))).ToArray();
        gate.SetResult();
        var tokens = await Task.WhenAll(callers);

        tokens.Distinct().ShouldHaveSingleItem();
        Logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_kept_until_it_is_refused()
    {
        var session = SessionOf(() => Task.FromResult(NewToken()));
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromDays(30));
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);

        var second = await session.GetAsync(refused: first, Cancellation);

        second.ShouldNotBeSameAs(first);
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(second);
    }

    [Fact]
    public async Task Sixty_four_callers_with_the_same_refused_token_cost_one_new_login()
    {
        var session = SessionOf(() => Task.FromResult(NewToken()));
        var refused = await session.GetAsync(null, Cancellation);

        var tokens = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(_ => Task.Run(() => session.GetAsync(refused, Cancellation))));

        tokens.Distinct().ShouldHaveSingleItem().ShouldNotBeSameAs(refused);
        Logins.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_is_renewed_when_its_lifetime_is_over()
    {
        var session = new Session(_ => Task.FromResult(NewToken()), TimeSpan.FromHours(1), Pause, Time, NullLogger.Instance);
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromMinutes(59));
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await session.GetAsync(null, Cancellation)).ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task A_lifetime_begins_with_the_login_though_another_instance_made_it()
    {
        var age = TimeSpan.FromMinutes(50);
        var session = new Session(
            _ => Task.FromResult(new AccessToken("t", Org, Time.GetUtcNow() - age) { IsShared = true }), TimeSpan.FromHours(1), Pause, Time, NullLogger.Instance);
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromMinutes(9));
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await session.GetAsync(null, Cancellation)).ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task A_refused_login_is_answered_from_memory_for_a_while()
    {
        var session = SessionOf(() =>
        {
            CountLogin();
            throw Failure(ErrorCodes.AuthenticationFailed);
        });

        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(null, Cancellation));
        }

        Logins.ShouldBe(1);
        Time.Advance(Pause);
        await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(null, Cancellation));
        Logins.ShouldBe(2);
    }

    [Fact]
    public async Task A_login_that_failed_otherwise_is_tried_again_by_the_next_caller()
    {
        var session = SessionOf(() => CountLogin() == 1 ? throw Failure(ErrorCodes.Unavailable) : Task.FromResult(new AccessToken("t", Org, Time.GetUtcNow())));

        await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(null, Cancellation));

        (await session.GetAsync(null, Cancellation)).Value.ShouldBe("t");
    }

    [Fact]
    public async Task A_new_token_that_is_refused_too_stops_the_logins_for_a_while()
    {
        var session = SessionOf(() => Task.FromResult(NewToken()));
        var first = await session.GetAsync(null, Cancellation);
        var second = await session.GetAsync(first, Cancellation);

        session.Refuse(second, Failure(ErrorCodes.AuthenticationFailed));

        await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(null, Cancellation));
        await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(second, Cancellation));
        Logins.ShouldBe(2);
        Time.Advance(Pause);
        await session.GetAsync(null, Cancellation);
        Logins.ShouldBe(3);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_the_current_one_cannot_stop_the_logins()
    {
        var session = SessionOf(() => Task.FromResult(NewToken()));
        var first = await session.GetAsync(null, Cancellation);
        var second = await session.GetAsync(first, Cancellation);

        session.Refuse(first, Failure(ErrorCodes.AuthenticationFailed));

        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(second);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_login_of_the_others()
    {
        var gate = new TaskCompletionSource();
        var session = SessionOf(async () =>
        {
            await gate.Task;
            return NewToken();
        });
        using var impatient = new CancellationTokenSource();
        var givenUp = session.GetAsync(null, impatient.Token);
        var patient = session.GetAsync(null, Cancellation);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => givenUp);
        gate.SetResult();

        (await patient).ShouldNotBeNull();
        Logins.ShouldBe(1);
    }
}
