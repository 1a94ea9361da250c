namespace Benchmarks.Scale;

/// <summary>The scenarios, in the order of their rows.</summary>
internal static class Scenarios
{
    // Time for all results, and to get those messages again whose deletion was refused.
    private static readonly TimeSpan RateRunsFor = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan LongCall = TimeSpan.FromSeconds(25);

    public static readonly Scenario[] Rates =
    [
        OneQueue(600, 30, instances: 10),
        OneQueue(600, 30, instances: 40),
        OneQueue(600, 30, instances: 1_000),
        OneQueue(1_000, 30, instances: 40),
        OneQueue(10_000, 10, instances: 1_000),
        OneQueue(10_000, 10, instances: 1_000) with { Name = "creates, one queue, one of results", Creates = true },
        ManyQueues("20 queues, one of results", 600, 30, instances: 80),
        ManyQueues("20 queues, one of results", 1_200, 30, instances: 80),
        ManyQueues("20 queues, one of results", 10_000, 10, instances: 1_000),
        ManyQueues("20 queues, 20 of results", 3_500, 10, instances: 400) with { ResultQueues = 20 },
        ManyQueues("20 queues, 20 of results", 10_000, 10, instances: 1_000) with { ResultQueues = 20 },
        ManyQueues("the same on three deployments", 10_000, 10, instances: 334) with { ResultQueues = 20, Deployments = 3 },
        ManyQueues("creates, 20 queues, 20 of results", 2_500, 10, instances: 400) with { ResultQueues = 20, Creates = true },
        ManyQueues("the same on four deployments", 10_000, 10, instances: 250) with { ResultQueues = 20, Creates = true, Deployments = 4 },
    ];

    public static readonly Scenario[] Limits =
    [
        // A four-hundredth of 300,000 creates and 200,000 requests, as each message that waits is tried a hundred times.
        Burst("750 creates in 7.5 minutes, 500 requests in 24 hours", TimeSpan.FromMinutes(7.5)),
        Burst("750 creates in 12 hours, 500 requests in 24 hours", TimeSpan.FromHours(12)),
        Long(40),
        Long(5),
        Long(2),
        // A thirty-third of 10,000 a second.
        new("300 reads a second for 10 minutes, from no instance")
        {
            Rate = 300,
            PutsFor = TimeSpan.FromMinutes(10),
            RunsFor = TimeSpan.FromMinutes(15),
            MaximumInstanceCount = 40,
        },
    ];

    private static Scenario OneQueue(double rate, int seconds, int instances) =>
        ManyQueues("one queue, one of results", rate, seconds, instances) with { Operations = 1 };

    private static Scenario ManyQueues(string name, double rate, int seconds, int instances) => new(name)
    {
        Rate = rate,
        PutsFor = TimeSpan.FromSeconds(seconds),
        RunsFor = RateRunsFor,
        Instances = instances,
        Operations = 20,
    };

    private static Scenario Burst(string name, TimeSpan time) => new(name)
    {
        Rate = 750 / time.TotalSeconds,
        PutsFor = time,
        RunsFor = TimeSpan.FromHours(48),
        Instances = 2,
        Creates = true,
        CallsOfDay = 500,
    };

    private static Scenario Long(int instances) => new("10 reads of 25 seconds a second, for 10 minutes")
    {
        Rate = 10,
        PutsFor = TimeSpan.FromMinutes(10),
        RunsFor = TimeSpan.FromHours(4),
        Instances = instances,
        CallTakes = LongCall,
    };
}
