using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>Forwards the console output of the worker's process, as the Functions host does.</summary>
internal sealed partial class WorkerOutput(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Host.Function.Console");

    public void Write(string line) => Log.Printed(_logger, line);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Line}")]
        public static partial void Printed(ILogger logger, string line);
    }
}
