using System.Globalization;

namespace Benchmarks.Scale;

/// <summary>
/// Which limit comes first as messages and instances become more, what becomes of the messages there, and how long they wait:
/// the connector's own code in simulated time, before a simulated storage, org and Functions host.
/// </summary>
internal sealed class ScaleMeasurement(TextWriter output)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rates = new Table(
            "messages", "a second", "for s", "instances", "put", "results a second", "median wait s", "95 % wait s", "all results after s", "storage requests a result", "of them refused %", "calls at a time", "given up", "run again", "lost");
        foreach (var scenario in Scenarios.Rates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = await Simulation.RunAsync(scenario);
            rates.Add(
                scenario.Name,
                Number(scenario.Rate),
                Number(scenario.PutsFor.TotalSeconds),
                Number(outcome.Instances),
                Number(outcome.TakenIn),
                Number(outcome.PerSecond),
                Number(outcome.Wait.Median.TotalSeconds, 1),
                Number(outcome.Wait.Most.TotalSeconds, 1),
                Number(outcome.LastResult.TotalSeconds),
                Number((double)outcome.StorageRequests / outcome.Results, 1),
                Number(100.0 * outcome.StorageRefused / outcome.StorageRequests, 1),
                Number(outcome.CallsAtATime),
                Number(outcome.Failures),
                Number(outcome.RunAgain),
                Number(outcome.Lost));
        }

        await output.WriteLineAsync("At a rate, in simulated time\n");
        await rates.PrintAsync(output);

        var limits = new Table(
            "messages", "put", "instances", "results", "given up", "median wait min", "95 % wait min", "all results after min", "calls to Salesforce", "of them refused", "most at a time", "run again", "lost");
        foreach (var scenario in Scenarios.Limits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = await Simulation.RunAsync(scenario);
            limits.Add(
                scenario.Name,
                Number(outcome.TakenIn),
                Number(outcome.Instances),
                Number(outcome.Results),
                Number(outcome.Failures),
                Number(outcome.Wait.Median.TotalMinutes, 1),
                Number(outcome.Wait.Most.TotalMinutes, 1),
                Number(outcome.LastResult.TotalMinutes, 1),
                Number(outcome.Calls),
                Number(outcome.CallsRefused),
                Number(outcome.MostCalls),
                Number(outcome.RunAgain),
                Number(outcome.Lost));
        }

        await output.WriteLineAsync("Salesforce's limits, and from no instance at all\n");
        await limits.PrintAsync(output);
    }

    private static string Number(double value, int decimals = 0) =>
        value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
