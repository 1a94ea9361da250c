using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace LocalHost;

/// <summary>Writes each log record as one line: the time, the level if it is a warning or worse, and the message.</summary>
internal sealed class LogLines(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Warning => "warning ",
            LogLevel.Error or LogLevel.Critical => "error ",
            _ => "",
        };
        var text = $"{logEntry.Formatter(logEntry.State, logEntry.Exception)}\n{logEntry.Exception}".ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // Stack traces are for what should not happen.
        var lines = logEntry.LogLevel >= LogLevel.Error ? text : text.Where(line => !line.StartsWith("   at ", StringComparison.Ordinal));
        textWriter.WriteLine($"{time.GetLocalNow():HH:mm:ss} {level}{string.Join(logEntry.LogLevel >= LogLevel.Error ? "\n  " : " ", lines)}");
    }
}
