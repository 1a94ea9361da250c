using System.Reflection;
using System.Text.Json;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Bulk;
using SalesforceConnector.Triggers;

namespace LocalHost;

/// <summary>Calls a read that has no step of its own, with the first example of its payload.</summary>
/// <remarks>The example of a write may succeed only once, so it is left for the reader to try.</remarks>
internal sealed record ExampleStep(string Function, string Payload) : PassStep($"Try {Function} on its example")
{
    private const int FirstSuccess = 200;
    private const int LastSuccess = 299;

    // The bulk job of the example is made by a step that needs queues.
    public override bool NeedsQueues => Function == nameof(BulkJob);

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        if (calls.Find(Function) is not { } url)
        {
            return $"expected a function named {Function}, but it does not exist";
        }

        var reply = await calls.PostAsync(url, Payload, cancellationToken);
        return reply.Status is >= FirstSuccess and <= LastSuccess ? null : $"expected a success, got status {reply.Status}";
    }

    /// <summary>Creates the steps for the reads that none of the given steps calls.</summary>
    public static IEnumerable<ExampleStep> Beside(IEnumerable<PassStep> steps)
    {
        var called = steps.OfType<HttpStep>().Select(step => step.Function).ToHashSet();
        return from operation in OperationTypes.All
               where !called.Contains(operation.Key.Name)
               let payload = operation.Value
               let example = payload.GetCustomAttributes<ExampleAttribute>(inherit: false).First()
               where JsonSerializer.Deserialize(example.Json, OperationJson.Default.GetTypeInfo(payload)!) is Payload { IsWrite: false, Repetition: not Repetition.Resumable }
               select new ExampleStep(operation.Key.Name, example.Json);
    }
}
