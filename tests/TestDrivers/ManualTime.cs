using Microsoft.Extensions.Time.Testing;

namespace TestDrivers;

/// <summary>A clock that stands still until a test lets it run.</summary>
internal sealed class ManualTime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private const int Looks = 50;

    public FakeTimeProvider Provider { get; } = new();

    /// <summary>
    /// A clock for subscriptions. The deadlines of gRPC are compared with the machine's clock, which goes on while this one stands: so it
    /// is ahead.
    /// </summary>
    public static ManualTime AheadOfMachine()
    {
        var time = new ManualTime();
        time.Provider.AdjustTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        return time;
    }

    /// <summary>Lets the clock run by steps until something has happened, and what each step sets going before the next one.</summary>
    public async Task LetRunAsync(TimeSpan step, Func<bool> happened)
    {
        while (!happened())
        {
            Provider.Advance(step);
            for (var look = 0; look < Looks && !happened(); look++)
            {
                await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Lets the clock run, from <paramref name="begun"/> on, until <paramref name="pending"/> has ended.</summary>
    public async Task<T> RunOutAsync<T>(Task<T> pending, Func<bool> begun)
    {
        await UntilAsync(begun);
        await UntilAsync(() =>
        {
            Provider.Advance(Step);
            return pending.IsCompleted;
        });
        return await pending;
    }

    /// <summary>Waits until something that happens elsewhere has happened.</summary>
    public static async Task UntilAsync(Func<bool> happened)
    {
        while (!happened())
        {
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
