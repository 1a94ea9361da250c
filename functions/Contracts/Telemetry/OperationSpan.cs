using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Telemetry;

/// <summary>One operation, from <see cref="ConnectorTelemetry.Begin"/> to its end. Disposing it ends it as failed.</summary>
internal sealed class OperationSpan(
    ConnectorTelemetry telemetry, Activity? activity, string operation, Trigger trigger, long started) : IDisposable
{
    private bool _ended;

    /// <param name="errorCode">The reason of a failure; <see langword="null"/> on success.</param>
    public void End(int status, string? errorCode = null)
    {
        _ended = true;
        telemetry.Ended(operation, trigger, started, status, errorCode);
        activity?.SetTag(ConnectorTelemetry.Tag.Span.Status, status);
        if (errorCode is not null)
        {
            activity?.SetTag("error.type", errorCode);
            activity?.SetStatus(status >= StatusCodes.Status500InternalServerError ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        }
    }

    public void Dispose()
    {
        if (!_ended)
        {
            End(StatusCodes.Status500InternalServerError, ErrorCodes.Internal);
        }

        activity?.Dispose();
    }
}
