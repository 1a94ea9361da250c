using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Infra.Tests.Drivers;

/// <summary>The Bicep compiler, kept running and asked by JSON-RPC on its standard streams: a request takes it a fraction of a start.</summary>
internal sealed class BicepServer : IDisposable
{
    private const string LengthHeader = "Content-Length:";

    private readonly Process _process = BicepCli.Start("jsonrpc", "--stdio");
    private readonly Task<string> _errors;
    private int _lastId;

    public BicepServer() => _errors = _process.StandardError.ReadToEndAsync();

    /// <summary>Sends one request at a time and waits for its answer.</summary>
    public async Task<JsonNode> CallAsync(string method, object parameters, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(
            new { jsonrpc = "2.0", id = ++_lastId, method, @params = parameters });
        var stdin = _process.StandardInput.BaseStream;
        await stdin.WriteAsync(Encoding.ASCII.GetBytes($"{LengthHeader} {request.Length}\r\n\r\n"), cancellationToken);
        await stdin.WriteAsync(request, cancellationToken);
        await stdin.FlushAsync(cancellationToken);

        var answer = await ReadAsync(_process.StandardOutput.BaseStream, cancellationToken);
        return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer["error"]?.ToJsonString()}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<JsonNode> ReadAsync(Stream stdout, CancellationToken cancellationToken)
    {
        var length = 0;
        while (await ReadLineAsync(stdout, cancellationToken) is { Length: > 0 } header)
        {
            if (header.StartsWith(LengthHeader, StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header[LengthHeader.Length..], CultureInfo.InvariantCulture);
            }
        }

        var body = new byte[length];
        await stdout.ReadExactlyAsync(body, cancellationToken);
        return JsonNode.Parse(body)!;
    }

    private async Task<string> ReadLineAsync(Stream stdout, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stdout.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        throw new InvalidOperationException($"The Bicep compiler has ended: {await _errors}");
    }
}
