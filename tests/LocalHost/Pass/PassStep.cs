namespace LocalHost;

/// <summary>One step of the pass.</summary>
/// <param name="Title">What it shows, in a few words.</param>
internal abstract record PassStep(string Title)
{
    /// <summary>Whether it can be made only where there are queues.</summary>
    public virtual bool NeedsQueues => false;

    /// <returns>What was expected and what came instead, or <see langword="null"/> when the step passed.</returns>
    public abstract Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken);
}
