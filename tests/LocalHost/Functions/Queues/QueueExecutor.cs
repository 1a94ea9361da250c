using Azure.Storage.Queues.Models;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Invokes a function for a message that the extension has received.</summary>
internal sealed partial class QueueExecutor(
    FunctionBinding trigger, WorkerSupervisor workers, ILogger<QueueExecutor> logger, CancellationToken stopping) : ITriggeredFunctionExecutor
{
    public async Task<FunctionResult> TryExecuteAsync(TriggeredFunctionData input, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            var worker = await workers.CurrentAsync(either.Token);
            var failure = await worker.Channel.InvokeAsync(
                InvocationRequests.ForQueue(trigger, (QueueMessage)input.TriggerValue), either.Token);
            if (failure is null)
            {
                return new FunctionResult(true);
            }

            Log.Failed(logger, trigger.Function.Name, failure);
            return new FunctionResult(false, new FunctionInvocationException(failure));
        }
        catch (OperationCanceledException exception)
        {
            Log.Failed(logger, trigger.Function.Name, exception.Message);
            return new FunctionResult(false, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Function {Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);
    }
}
