using System.Diagnostics;
using System.Text;

namespace LocalHost;

/// <summary>Azurite's process. It ends when this process ends or is killed.</summary>
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

    /// <summary>Waits until Azurite listens.</summary>
    /// <exception cref="AzuriteException">It exited, or does not listen after a minute.</exception>
    public async Task<AzuriteEndpoints> ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_listening.Task, _process.WaitForExitAsync(cancellationToken))
                .WaitAsync(StartTimeout, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Reported below, with the output so far.
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

    // azurite.mjs exits when its standard input closes, which also happens when this process is killed.
    public ValueTask DisposeAsync() => new(_process.EndAsync());

    private void Read(string? line)
    {
        lock (_lock)
        {
            // Read the output to its end, or the pipe would fill up. Keep it only until Azurite listens.
            if (line is not null && !_listening.Task.IsCompleted && AzuriteEndpoints.TryFind(_output.AppendLine(line).ToString(), out var endpoints))
            {
                _listening.SetResult(endpoints);
            }
        }
    }
}
