using System.Diagnostics;
using System.Text;

namespace LocalHost;

/// <summary>The process in which Azurite runs. It ends with this one, however this one ends.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<AzuriteEndpoints> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AzuriteProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until it listens.</summary>
    /// <exception cref="AzuriteException">It ended instead, or is still not listening after a minute.</exception>
    public async Task<AzuriteEndpoints> ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_listening.Task, _process.WaitForExitAsync(cancellationToken))
                .WaitAsync(StartTimeout, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Told below, with what was printed so far.
        }

        if (_listening.Task.IsCompleted)
        {
            return await _listening.Task;
        }

        lock (_lock)
        {
            throw new AzuriteException($"Azurite did not start: {_output.ToString().Trim()}");
        }
    }

    // That its input ends is what azurite.mjs waits for, and what happens too when this process is killed.
    public ValueTask DisposeAsync() => new(_process.EndAsync());

    private void Read(string? line)
    {
        lock (_lock)
        {
            // Read to its end, as the pipe would fill; kept only until it listens.
            if (line is not null && !_listening.Task.IsCompleted && AzuriteEndpoints.TryFind(_output.AppendLine(line).ToString(), out var endpoints))
            {
                _listening.SetResult(endpoints);
            }
        }
    }
}
