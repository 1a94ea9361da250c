namespace SalesforceConnector.Triggers;

/// <summary>Where an operation that takes several attempts saves its progress.</summary>
/// <param name="id">An id of the operation, the same for all its attempts: letters and digits, valid in the name of a blob.</param>
/// <param name="saved">What the last attempt saved; <see langword="null"/> at the first one.</param>
/// <param name="saveAsync">Saves it.</param>
public sealed class OperationProgress(string id, byte[]? saved, Func<byte[], byte[], bool, CancellationToken, Task> saveAsync)
{
    /// <summary>The progress of an operation that takes one attempt.</summary>
    public static OperationProgress None { get; } = new("", null, (_, _, _, _) => throw new InvalidOperationException("The operation is not resumable."));

    public string Id => id;

    /// <summary>What was saved last.</summary>
    internal byte[]? Saved { get; private set; } = saved;

    /// <summary>Saves the progress. If this fails, the attempt must end: another one may continue instead.</summary>
    /// <param name="progress">In a form of the operation's own, at most 64 KiB.</param>
    /// <param name="shown">What a caller sees while the operation runs: a JSON object.</param>
    /// <param name="mayHaveRun">Whether Salesforce may have written records from now on.</param>
    /// <exception cref="Contracts.Problems.ConnectorException">It was not saved, or another attempt has taken over.</exception>
    internal async Task SaveAsync(byte[] progress, byte[] shown, bool mayHaveRun, CancellationToken cancellationToken)
    {
        await saveAsync(progress, shown, mayHaveRun, cancellationToken).ConfigureAwait(false);
        Saved = progress;
    }
}
