using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace LocalHost;

/// <summary>What host.json says in <c>extensions.queues</c>, with the host's defaults.</summary>
internal sealed record QueueSettings
{
    private const int MaxBatchSize = 32;

    private static readonly TimeSpan ShortestPollingInterval = TimeSpan.FromMilliseconds(100);

    public int BatchSize { get; init; } = 16;

    /// <summary>How many messages of a function may be running when the next batch is asked for.</summary>
    public int NewBatchThreshold { get => field < 0 ? BatchSize / 2 * Environment.ProcessorCount : field; init; } = -1;

    /// <summary>How often a message is delivered before it goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>For how long a message stays hidden after a failure.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    public QueueMessageEncoding MessageEncoding { get; init; } = QueueMessageEncoding.Base64;

    /// <summary>The longest pause between polls of an empty queue; a minute, but for development.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <param name="section">The section <c>extensions.queues</c>.</param>
    /// <exception cref="InvalidOperationException">A setting is unknown, or has a value that it cannot have.</exception>
    public static QueueSettings Read(IConfiguration section)
    {
        var settings = section.Get<QueueSettings>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new QueueSettings();
        return settings switch
        {
            { BatchSize: < 1 or > MaxBatchSize } => throw new InvalidOperationException($"'batchSize' must be 1 to {MaxBatchSize}."),
            { MaxDequeueCount: < 1 } => throw new InvalidOperationException("'maxDequeueCount' must be 1 or more."),
            _ when settings.VisibilityTimeout < TimeSpan.Zero => throw new InvalidOperationException("'visibilityTimeout' must not be negative."),
            _ when settings.MaxPollingInterval < ShortestPollingInterval => throw new InvalidOperationException("'maxPollingInterval' must be 100 ms or more."),
            _ => settings,
        };
    }
}
