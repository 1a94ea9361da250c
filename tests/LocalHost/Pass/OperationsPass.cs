namespace LocalHost;

/// <summary>Calls the operations one after another, by HTTP and by queue, printing each request and reply.</summary>
internal sealed class OperationsPass(PassCalls calls, TextWriter output)
{
    private readonly IReadOnlyList<PassStep> _steps = [.. new PassSteps().All, .. ExampleStep.Beside(new PassSteps().All)];
    private int _passed;
    private int _skipped;

    /// <summary>How many steps passed, and how many could not be made.</summary>
    public string Summary => $"{_passed} of {_steps.Count} steps passed{(_skipped == 0 ? "" : $", {_skipped} skipped")}";

    /// <summary>Runs the steps up to the first that fails, as later ones build on it.</summary>
    /// <returns>Whether no step failed; which one did, and why, is printed.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (index, step) in _steps.Index())
        {
            await output.WriteLineAsync($"--- {index + 1} of {_steps.Count}: {step.Title}");
            if (step.NeedsQueues && calls.NoQueues is { } reason)
            {
                await output.WriteLineAsync($"Skipped, as there are no queues: {reason}.");
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

    /// <returns>What was expected and what came instead, or <see langword="null"/> when the step passed.</returns>
    private async Task<string?> FailureOfAsync(PassStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await step.RunAsync(calls, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return $"expected a reply, got no whole one ({exception.Message})";
        }
    }
}
