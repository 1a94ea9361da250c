namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>A secret or token that is fetched once for all deliveries, and again after its time or when a receiver has refused it.</summary>
/// <param name="fetch">Gets the value, and how long it is used.</param>
internal sealed class CachedValue(Func<Task<(string Value, TimeSpan Lifetime)>> fetch, TimeProvider time)
{
    // All deliveries at once would repeat a failure.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<string>? _value;
    private DateTimeOffset _until;

    public Task<string> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_value is null || (_value.IsCompleted && time.GetUtcNow() >= _until))
            {
                _value = Task.Run(FetchAsync, CancellationToken.None);
            }

            return _value.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets a value that a receiver has refused, unless it has been replaced.</summary>
    public void Forget(string refused)
    {
        lock (_lock)
        {
            if (_value is { IsCompletedSuccessfully: true } && _value.Result == refused)
            {
                _value = null;
            }
        }
    }

    private async Task<string> FetchAsync()
    {
        try
        {
            var (value, lifetime) = await fetch().ConfigureAwait(false);
            Use(lifetime);
            return value;
        }
        catch
        {
            Use(FailurePause);
            throw;
        }
    }

    private void Use(TimeSpan lifetime)
    {
        lock (_lock)
        {
            _until = time.GetUtcNow() + lifetime;
        }
    }
}
