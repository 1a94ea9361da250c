using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>Calls the operations over HTTP one after another, printing each request and reply.</summary>
internal sealed class OperationsPass(FunctionsHost functions, string? key, TextWriter output) : IDisposable
{
    private readonly HttpClient _client = new();
    private readonly IReadOnlyList<PassStep> _steps = new PassSteps().All;
    private readonly PassPrinter _printer = new(output);

    public int Total => _steps.Count;

    public int Passed { get; private set; }

    /// <summary>Runs the steps up to the first that fails, as later ones build on it.</summary>
    /// <returns>Whether all steps passed; which one did not, and why, is printed.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var step in _steps)
        {
            await output.WriteLineAsync($"--- {Passed + 1} of {Total}: {step.Title}");
            if (await FailureOfAsync(step, cancellationToken) is { } failure)
            {
                await output.WriteLineAsync($"Step {Passed + 1} ({step.Title}) failed: {failure}.");
                return false;
            }

            Passed++;
        }

        return true;
    }

    public void Dispose() => _client.Dispose();

    /// <returns>What was expected and what came instead, or <see langword="null"/> when the step passed.</returns>
    private async Task<string?> FailureOfAsync(PassStep step, CancellationToken cancellationToken)
    {
        if (functions.Functions.FirstOrDefault(function => function.Name == step.Function) is not { } function)
        {
            return $"expected a function named {step.Function}, but there is none";
        }

        try
        {
            var (status, body) = await SendAsync(step, function, cancellationToken);
            if (status != step.Status)
            {
                return $"expected status {step.Status}, got {status}";
            }

            return step.Check(body) is { } expectation ? $"expected {expectation}" : null;
        }
        catch (HttpRequestException exception)
        {
            return $"expected status {step.Status}, got no whole reply ({exception.Message})";
        }
    }

    private async Task<(int Status, JsonNode? Body)> SendAsync(
        PassStep step, HttpFunctionInfo function, CancellationToken cancellationToken)
    {
        var payload = step.Payload();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(functions.BaseUrl, function.Route))
        {
            Content = new StringContent(payload, Encoding.UTF8, "application/json"),
        };
        AddHeader(request, "x-functions-key", key);
        AddHeader(request, "Prefer", step.Prefer);
        await _printer.PrintAsync(request, payload);

        using var reply = await _client.SendAsync(request, cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        var body = Parse(text);
        await _printer.PrintAsync(reply, text, body);
        return ((int)reply.StatusCode, body);
    }

    private static void AddHeader(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(name, value);
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Printed as it is; the step's check then finds nothing of what it looks for.
            return null;
        }
    }
}
