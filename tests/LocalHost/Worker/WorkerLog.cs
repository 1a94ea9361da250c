using LocalHost.Rpc;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Passes the worker's log records on, under their own categories after <see cref="CategoryPrefix"/>.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    public const string CategoryPrefix = "Worker.";

    public void Write(RpcLog record)
    {
        // Metrics come the same way; nobody here collects them.
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
