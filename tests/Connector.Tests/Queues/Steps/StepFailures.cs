using System.Globalization;

namespace Connector.Tests.Queues.Steps;

/// <summary>Runs something again and again: undisturbed, and then with each of its steps failing in each way.</summary>
internal static class StepFailures
{
    /// <param name="name">What the test's output calls it.</param>
    /// <param name="runAsync">
    /// Makes one run in which the step of that number, from 0, fails in that way; -1: none. It checks what must be true in the end,
    /// and gives the run's steps.
    /// </param>
    public static async Task RunAsync(
        string name, ITestOutputHelper output, Func<int, Failure, Task<IReadOnlyList<(Service Service, string Name)>>> runAsync)
    {
        // Without a failure, to count the steps; a process that has logged in already calls nobody for that.
        var steps = await runAsync(-1, default);
        var (runs, broken) = (1, new List<string>());
        foreach (var (step, (service, request)) in steps.Index())
        {
            foreach (var failure in Enum.GetValues<Failure>().Where(failure => failure != Failure.SentTwice || StepRecorder.IsStorage(service)))
            {
                runs++;
                try
                {
                    await runAsync(step, failure);
                }
                catch (ShouldAssertException e)
                {
                    broken.Add($"{failure} at step {step} ({service}, {request}): {e.Message.ReplaceLineEndings(" ")}");
                }
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {steps.Count} steps, {runs} runs, {broken.Count} broken"));
        broken.ShouldBeEmpty();
    }
}
