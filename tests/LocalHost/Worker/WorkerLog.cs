using LocalHost.Rpc;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Forwards the worker's log records, with <see cref="CategoryPrefix"/> before their categories.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    public const string CategoryPrefix = "Worker.";

    public void Write(RpcLog record)
    {
        // Metrics use the same message type and are not collected here.
        if (record.LogCategory == RpcLog.Types.RpcLogCategory.CustomMetric)
        {
            return;
        }

        var logger = loggers.CreateLogger(CategoryPrefix + record.Category);
        var level = (LogLevel)record.Level;
        if (logger.IsEnabled(level))
        {
            logger.Log(level, default, record, null, Format);
        }
    }

    private static string Format(RpcLog record, Exception? _) =>
        record.Exception is { } exception ? $"{record.Message}\n{exception.Message}\n{exception.StackTrace}" : record.Message;
}
