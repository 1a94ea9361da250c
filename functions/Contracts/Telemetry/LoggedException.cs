using System.Net.Sockets;
using Azure;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Telemetry;

/// <summary>
/// An exception as it goes to the log: types, statuses, codes and where it was thrown. Messages stay out, as they quote what
/// was sent and what came back: values of records, ids, parts of queries. Every log method takes this type, and no other
/// exception.
/// </summary>
public sealed class LoggedException : Exception
{
    private const int MostCauses = 8;

    private LoggedException(Exception exception)
        : base(string.Join(" <- ", Chain(exception).Take(MostCauses).Select(Describe))) =>
        StackTrace = exception.StackTrace;

    public override string? StackTrace { get; }

    /// <returns><see langword="null"/> if there is no exception.</returns>
    public static LoggedException? From(Exception? exception) => exception is null ? null : new LoggedException(exception);

    public override string ToString() => StackTrace is null ? Message : $"{Message}{Environment.NewLine}{StackTrace}";

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        var causes = exception is AggregateException several ? several.InnerExceptions : (IEnumerable<Exception?>)[exception.InnerException];
        foreach (var cause in causes.OfType<Exception>().SelectMany(Chain))
        {
            yield return cause;
        }
    }

    private static string Describe(Exception exception)
    {
        var facts = exception switch
        {
            ConnectorException { Problem: var problem } => $" ({problem.Status} {problem.ErrorCode})",
            RequestFailedException failed => $" ({failed.Status} {failed.ErrorCode})",
            HttpRequestException { StatusCode: { } status } request => $" ({request.HttpRequestError} {(int)status})",
            HttpRequestException request => $" ({request.HttpRequestError})",
            SocketException socket => $" ({socket.SocketErrorCode})",
            _ => "",
        };
        return exception.GetType().Name + facts;
    }
}
