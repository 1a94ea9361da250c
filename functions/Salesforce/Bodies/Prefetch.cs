namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>Fetches the next value in the background. Disposing it cancels the fetch and disposes a value that was not taken.</summary>
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
        var fetched = _fetched ?? throw new InvalidOperationException("The value has already been taken.");
        _fetched = null;
        return await fetched.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_fetched is { } fetched)
        {
            await _cancellation.CancelAsync().ConfigureAwait(false);
            // A failure here is only a consequence: the original one is already on its way to the caller.
            await ((Task)fetched).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (fetched.IsCompletedSuccessfully)
            {
                (await fetched.ConfigureAwait(false)).Dispose();
            }
        }

        _cancellation.Dispose();
    }
}
