using Microsoft.Extensions.Logging.Abstractions;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Logins;

/// <summary>A session whose token says when it ends.</summary>
public sealed class EndingSessionTests : SessionTestsBase
{
    [Fact]
    public async Task A_token_that_ends_is_replaced_before_while_calls_go_on_with_it()
    {
        var gate = new TaskCompletionSource();
        var session = SessionOf(async () =>
        {
            if (Logins > 0)
            {
                await gate.Task;
            }

            return EndingToken();
        });
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromMinutes(23.9));
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        Time.Advance(TimeSpan.FromMinutes(3.2));

        // The login is under way, and nobody waits for it.
        foreach (var _ in Enumerable.Range(0, 64))
        {
            (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        }

        gate.SetResult();
        await ManualTime.UntilAsync(() => session.GetAsync(null, Cancellation).Result != first);
        Logins.ShouldBe(2);
    }

    [Theory]
    [InlineData(1_800, 5)]
    [InlineData(60, 3)]
    public async Task A_token_is_not_used_in_its_last_seconds_in_which_a_call_could_arrive_too_late(double lifetime, double margin)
    {
        var gate = new TaskCompletionSource();
        var session = SessionOf(async () =>
        {
            if (Logins > 0)
            {
                await gate.Task;
            }

            return EndingToken(lifetime);
        });
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromSeconds(lifetime - margin - 0.1));
        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        var waiting = session.GetAsync(null, Cancellation);

        waiting.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await waiting).ShouldNotBeSameAs(first);
        Logins.ShouldBe(2);
    }

    [Fact]
    public async Task While_it_cannot_be_replaced_a_token_serves_until_its_end()
    {
        var attempts = 0;
        var session = SessionOf(() => Interlocked.Increment(ref attempts) == 1 ? Task.FromResult(EndingToken()) : throw Failure(ErrorCodes.Unavailable));
        var first = await session.GetAsync(null, Cancellation);
        Time.Advance(TimeSpan.FromMinutes(27.1));

        (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        await ManualTime.UntilAsync(() => Volatile.Read(ref attempts) == 2);
        // Not by each call, nor for ever only once.
        for (var i = 0; i < 50; i++)
        {
            (await session.GetAsync(null, Cancellation)).ShouldBeSameAs(first);
        }

        Volatile.Read(ref attempts).ShouldBe(2);
        await ManualTime.UntilAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            session.GetAsync(null, Cancellation).Result.ShouldBeSameAs(first);
            return Volatile.Read(ref attempts) == 3;
        });

        Time.Advance(TimeSpan.FromMinutes(3));
        (await Should.ThrowAsync<ConnectorException>(() => session.GetAsync(null, Cancellation))).Problem.ErrorCode.ShouldBe(ErrorCodes.Unavailable);
    }

    [Theory]
    [InlineData(23.9, 0, 0)]
    [InlineData(24.6, 1, 60)]
    [InlineData(25.5, 20, 80)]
    [InlineData(26.4, 40, 99)]
    [InlineData(27.1, 100, 100)]
    public async Task Instances_renew_at_instants_of_their_own(double minutes, int fewest, int most)
    {
        var gate = new TaskCompletionSource();
        int renewals = 0, logins = 0;
        var sessions = Enumerable.Range(0, 100).Select(_ => new Session(
            async due =>
            {
                if (Logins < 100)
                {
                    return EndingToken();
                }

                Interlocked.Add(ref renewals, due is null ? 0 : 1);
                Interlocked.Add(ref logins, due is null ? 1 : 0);
                await gate.Task;
                return EndingToken();
            },
            lifetime: null,
            Pause,
            Time,
            NullLogger.Instance)).ToArray();
        await Task.WhenAll(sessions.Select(session => session.GetAsync(null, Cancellation)));

        // Those whose instant has come renew in the background. At the end, the others log in, and these go on with their renewal.
        Time.Advance(TimeSpan.FromMinutes(minutes));
        await Task.WhenAll(sessions.Select(session => session.GetAsync(null, Cancellation)));
        Time.Advance(TimeSpan.FromMinutes(30 - minutes));
        var all = Task.WhenAll(sessions.Select(session => session.GetAsync(null, Cancellation)));
        await ManualTime.UntilAsync(() => Volatile.Read(ref renewals) + Volatile.Read(ref logins) == 100);
        gate.SetResult();
        await all;

        // Spread evenly, so many or few of a hundred come about once in millions of runs.
        renewals.ShouldBeInRange(fewest, most);
    }

    private AccessToken EndingToken(double lifetime = 1_800) => NewToken(TimeSpan.FromSeconds(lifetime));
}
