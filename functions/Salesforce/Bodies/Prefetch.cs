namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>Something on its way that will be needed next; stopped, and given back, when nobody takes it.</summary>
internal sealed class Prefetch<T> : IAsyncDisposable
    where T : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private Task<T>? _fetched;

    public Prefetch(Func<CancellationToken, Task<T>> fetch, CancellationToken cancellationToken)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _fetched = fetch(_cancellation.Token);
    }

    public async Task<T> TakeAsync()
    {
        var fetched = _fetched ?? throw new InvalidOperationException("It has been taken.");
        _fetched = null;
        return await fetched.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_fetched is { } fetched)
        {
            await _cancellation.CancelAsync().ConfigureAwait(false);
            // Whatever became of it: what went wrong, and is on its way to the caller, went wrong elsewhere.
            await ((Task)fetched).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (fetched.IsCompletedSuccessfully)
            {
                (await fetched.ConfigureAwait(false)).Dispose();
            }
        }

        _cancellation.Dispose();
    }
}
