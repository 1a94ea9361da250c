using Microsoft.Extensions.Time.Testing;

namespace TestDrivers;

/// <summary>A clock that stands still until a test lets it run.</summary>
internal sealed class ManualTime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public FakeTimeProvider Provider { get; } = new();

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
