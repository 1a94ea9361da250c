namespace LocalHost;

/// <summary>One step of the pass.</summary>
/// <param name="Title">What the step shows.</param>
internal abstract record PassStep(string Title)
{
    /// <summary>Whether the step requires queues.</summary>
    public virtual bool NeedsQueues => false;

    /// <returns>What was expected and what was received; <see langword="null"/> if the step passed.</returns>
    public abstract Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken);
}
