using Azure.Storage.Queues.Models;
using LocalHost.Rpc;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Runs a function for a message that the extension has taken.</summary>
internal sealed partial class QueueExecutor(
    FunctionBinding trigger, WorkerSupervisor workers, ILogger<QueueExecutor> logger, CancellationToken stopping) : ITriggeredFunctionExecutor
{
    public async Task<FunctionResult> TryExecuteAsync(TriggeredFunctionData input, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            var worker = await workers.CurrentAsync(either.Token);
            var response = await worker.Channel.InvokeAsync(
                InvocationRequests.ForQueue(trigger, (QueueMessage)input.TriggerValue), either.Token);
            if (response.Result.Status == StatusResult.Types.Status.Success)
            {
                return new FunctionResult(true);
            }

            Log.Failed(logger, trigger.Function.Name, $"{response.Result.Exception?.Message}\n{response.Result.Exception?.StackTrace}");
            return new FunctionResult(false, new FunctionInvocationException(response.Result.Exception?.Message ?? "The function failed."));
        }
        catch (Exception exception) when (exception is WorkerLostException or OperationCanceledException)
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
