using System.Diagnostics;
using System.Text.Json;
using LocalHost;

namespace Infra.Tests.Drivers;

/// <summary>
/// A Node.js program that checks something, kept running: it loads its packages once. It gets each question as a line of JSON and
/// answers it by another, a string that says what is wrong.
/// </summary>
/// <param name="path">The program's folder under tests/, with its packages.</param>
public abstract class NodeChecker(string program, params string[] path) : IAsyncDisposable
{
    private readonly NodePackage _package = new(path);
    private readonly SemaphoreSlim _turn = new(1);
    private Process? _node;
    private Task<string>? _errors;

    /// <summary>Ends the program, which must not have complained of anything.</summary>
    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        GC.SuppressFinalize(this);
        if (_node is not null)
        {
            // It ends with its standard input.
            _node.StandardInput.Close();
            var errors = await _errors!;
            _node.Dispose();
            errors.ShouldBeEmpty();
        }
    }

    /// <summary>Asks the program. Without Node.js the test is skipped.</summary>
    /// <returns>What is wrong; empty if nothing is.</returns>
    protected async Task<string> AskAsync(object question)
    {
        Assert.SkipWhen(NodePackage.Unavailable is not null, NodePackage.Unavailable ?? "");
        var cancellationToken = TestContext.Current.CancellationToken;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_node is null)
            {
                await _package.InstallAsync(cancellationToken);
                _node = _package.Start([program], new Dictionary<string, string>());
                _errors = _node.StandardError.ReadToEndAsync(CancellationToken.None);
            }

            await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question).AsMemory(), cancellationToken);
            await _node.StandardInput.FlushAsync(cancellationToken);
            var answer = await _node.StandardOutput.ReadLineAsync(cancellationToken);
            return JsonSerializer.Deserialize<string>(answer ?? throw new InvalidOperationException($"{program} has ended: {await _errors!}"))!;
        }
        finally
        {
            _turn.Release();
        }
    }
}
