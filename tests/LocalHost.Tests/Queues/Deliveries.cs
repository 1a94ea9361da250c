using System.Threading.Channels;

namespace LocalHost.Tests;

/// <summary>The messages that came to a function, and what it does about them.</summary>
/// <param name="handle">What it does; by default it succeeds at once.</param>
internal sealed class Deliveries(Func<string, CancellationToken, Task>? handle = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Channel<Delivery> _delivered = Channel.CreateUnbounded<Delivery>();
    private readonly Lock _lock = new();

    /// <summary>How many run now.</summary>
    public int Running { get; private set; }

    /// <summary>How many ran at once, at most.</summary>
    public int Most { get; private set; }

    /// <summary>A function that fails, always.</summary>
    public static Deliveries Failing() => new((_, _) => throw new InvalidOperationException("The function fails."));

    public async Task TakeAsync(string text, object scope, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Running++;
            Most = Math.Max(Most, Running);
        }

        _delivered.Writer.TryWrite(new Delivery(text, scope, TimeProvider.System.GetTimestamp()));
        try
        {
            await (handle?.Invoke(text, cancellationToken) ?? Task.CompletedTask);
        }
        finally
        {
            lock (_lock)
            {
                Running--;
            }
        }
    }

    /// <summary>Waits for the next one.</summary>
    public Task<Delivery> NextAsync() =>
        _delivered.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>Waits for several.</summary>
    public async Task<IReadOnlyList<Delivery>> NextAsync(int count)
    {
        var deliveries = new List<Delivery>();
        while (deliveries.Count < count)
        {
            deliveries.Add(await NextAsync());
        }

        return deliveries;
    }

    /// <summary>Whether there is one that no test has waited for.</summary>
    public bool IsAnyLeft => _delivered.Reader.TryPeek(out _);
}

/// <param name="Scope">Something that is made once a scope.</param>
internal sealed record Delivery(string Text, object Scope, long At)
{
    public TimeSpan After(Delivery earlier) => TimeProvider.System.GetElapsedTime(earlier.At, At);
}
