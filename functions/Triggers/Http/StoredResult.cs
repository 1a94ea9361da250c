using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace SalesforceConnector.Triggers.Http;

/// <summary>A stored result, as the reply of the synchronous call.</summary>
internal sealed class StoredResult(ResultMessage result, Stream body) : IResult, IStatusCodeHttpResult, IFailureResult
{
    public int? StatusCode => result.Status;

    public string? ErrorCode => result.Error?.ErrorCode;

    /// <summary>Reads a stored result.</summary>
    public static async Task<IStatusCodeHttpResult> ReadAsync(byte[] kept, ResultStore results, CancellationToken cancellationToken)
    {
        var result = JsonSerializer.Deserialize(kept, TriggerJson.Default.ResultMessage)!;
        return result switch
        {
            { BodyUrl: { } url } => new StoredResult(result, await results.OpenAsync(url, cancellationToken).ConfigureAwait(false)),
            { Error: { } problem } => new ProblemResult(problem),
            _ => new StoredResult(result, new MemoryStream((result.Body?.Utf8 ?? default).ToArray())),
        };
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = body.ConfigureAwait(false);
        var response = httpContext.Response;
        response.StatusCode = result.Status;
        foreach (var (name, value) in result.Headers)
        {
            response.Headers[name] = value;
        }

        if (result.Error is not null)
        {
            response.ContentType = Problem.MediaType;
        }

        if (body.Length > 0)
        {
            response.ContentLength = body.Length;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, Deadline.Get(httpContext));
            try
            {
                await body.CopyToAsync(response.Body, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e) || e is IOException or OperationCanceledException)
            {
                // The blob failed, the caller disconnected or the time is over. Abort, so that a partial body is not mistaken for a complete one.
                httpContext.Abort();
            }
        }
    }
}

/// <summary>The result of an accepted request, with the id under which it was carried out.</summary>
internal sealed class IdentifiedResult(IStatusCodeHttpResult result, string correlationId) : IResult, IStatusCodeHttpResult, IFailureResult, IIdentifiedResult
{
    public int? StatusCode => result.StatusCode;

    public string? ErrorCode => (result as IFailureResult)?.ErrorCode;

    public string CorrelationId => correlationId;

    public Task ExecuteAsync(HttpContext httpContext) => ((IResult)result).ExecuteAsync(httpContext);
}
