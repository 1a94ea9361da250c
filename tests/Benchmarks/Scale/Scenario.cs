namespace Benchmarks.Scale;

/// <summary>What is simulated.</summary>
internal sealed record Scenario(string Name)
{
    /// <summary>Messages a second, on all queues together.</summary>
    public required double Rate { get; init; }

    /// <summary>How long the engine puts messages.</summary>
    public required TimeSpan PutsFor { get; init; }

    /// <summary>How long the clock runs at most; it ends when no message is left.</summary>
    public required TimeSpan RunsFor { get; init; }

    /// <summary>Apps, each with a storage account and instances of its own, among which the messages are divided.</summary>
    public int Deployments { get; init; } = 1;

    /// <summary>Operations of each deployment, each with a queue and a group of instances.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>Queues of each deployment that results go to, by <c>replyTo</c>.</summary>
    public int ResultQueues { get; init; } = 1;

    /// <summary>Creates, which the ledger lets be done once, instead of reads.</summary>
    public bool Creates { get; init; }

    /// <summary>Instances of each deployment that are there from the beginning, divided among its groups.</summary>
    public int Instances { get; init; }

    /// <summary>To how many instances Azure scales each group out; 0 if it does not.</summary>
    public int MaximumInstanceCount { get; init; }

    /// <summary>How long Salesforce works on a call, on average: from half to one and a half of it.</summary>
    public TimeSpan CallTakes { get; init; } = TimeSpan.FromMilliseconds(300);

    public int CallsOfDay { get; init; } = int.MaxValue;
}
