using System.Net.Sockets;
using Azure;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Telemetry;

/// <summary>
/// An exception in the form that is safe to log: types, statuses, codes and stack traces. Messages are left out, because
/// they quote requests and replies: field values, ids, parts of queries. All log methods take this type and no other
/// exception.
/// </summary>
public sealed class LoggedException : Exception
{
    private const int MostCauses = 8;

    private LoggedException(Exception exception)
        : base(string.Join(" <- ", Chain(exception).Take(MostCauses).Select(Describe))) =>
        StackTrace = exception.StackTrace;

    public override string? StackTrace { get; }

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
