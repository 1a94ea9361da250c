namespace LocalHost;

/// <summary>Calls the operations one after another, over HTTP and queues, and prints each request and reply.</summary>
internal sealed class OperationsPass(PassCalls calls, TextWriter output)
{
    private readonly IReadOnlyList<PassStep> _steps = AllSteps();
    private int _passed;
    private int _skipped;

    /// <summary>The table's steps, and one for each operation that the table does not call.</summary>
    public static IReadOnlyList<PassStep> AllSteps()
    {
        var table = new PassSteps().All;
        return [.. table, .. ExampleStep.Beside(table)];
    }

    /// <summary>The numbers of passed and skipped steps.</summary>
    public string Summary => $"{_passed} of {_steps.Count} steps passed{(_skipped == 0 ? "" : $", {_skipped} skipped")}";

    /// <summary>Runs the steps until one fails, because later steps depend on it.</summary>
    /// <returns>Whether all steps passed. A failure is printed.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (index, step) in _steps.Index())
        {
            await output.WriteLineAsync($"--- {index + 1} of {_steps.Count}: {step.Title}");
            if (step.NeedsQueues && calls.NoQueues is { } reason)
            {
                await output.WriteLineAsync($"Skipped, because there are no queues: {reason}.");
                _skipped++;
            }
            else if (await FailureOfAsync(step, cancellationToken) is { } failure)
            {
                await output.WriteLineAsync($"Step {index + 1} ({step.Title}) failed: {failure}.");
                return false;
            }
            else
            {
                _passed++;
            }
        }

        return true;
    }

    /// <returns>What was expected and what was received; <see langword="null"/> if the step passed.</returns>
    private async Task<string?> FailureOfAsync(PassStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await step.RunAsync(calls, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return $"expected a complete reply, got none ({exception.Message})";
        }
    }
}
