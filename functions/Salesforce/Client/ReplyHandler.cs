using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>
/// Throws for every reply that is not a success, and starts to read the body of one that is. It is the innermost
/// handler, so that the retries around it see the failure.
/// </summary>
internal sealed class ReplyHandler(ConnectorTelemetry telemetry, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = SalesforceCall.Get(request);
        HttpResponseMessage? response = null;
        string? errorCode = null;
        var activity = ConnectorTelemetry.BeginRequest(request.Method, call.Target.Org);
        try
        {
            call.EarlierMayHaveRun |= call.MayHaveRun;
            call.MayHaveRun = true;
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            telemetry.Replied(call.Target.Org, response);
            await ReadAsync(request, response, call, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (SalesforceException e)
        {
            errorCode = e.Problem.ErrorCode;
            call.MayHaveRun = e.Failure == CallFailure.NoAnswer;
            response?.Dispose();
            throw;
        }
        catch (Exception e) when (ReplyBody.IsBroken(e) || IsConnectTimeout(e))
        {
            response?.Dispose();
            var failure = e is UnexpectedReplyException
                ? SalesforceErrors.FromUnexpectedReply(e, call)
                : SalesforceErrors.FromConnection(e, call);
            errorCode = failure.Problem.ErrorCode;
            call.MayHaveRun = failure.Failure == CallFailure.NoAnswer;
            throw failure;
        }
        catch
        {
            // A timeout, or the caller disconnected.
            errorCode = ErrorCodes.TimedOut;
            response?.Dispose();
            throw;
        }
        finally
        {
            telemetry.EndRequest(activity, (int?)response?.StatusCode, errorCode);
        }
    }

    private async Task ReadAsync(
        HttpRequestMessage request, HttpResponseMessage response, SalesforceCall call, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var mediaType = MediaTypeOf(response);
        if (call.Around is { } around && response.IsSuccessStatusCode)
        {
            (status, body) = await around.UnwrapAsync(body, cancellationToken).ConfigureAwait(false);
        }

        call.Status = status;
        if (status == StatusCodes.Status304NotModified && call.IsConditional)
        {
            call.Body = StreamedBody.Empty;
            return;
        }

        if (status is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices)
        {
            call.Body = await ReadAsync(body, status, mediaType, call, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (status == StatusCodes.Status400BadRequest && call.Forms.HasFlag(ReplyForms.Outcomes))
        {
            var whole = await WholeBody.ReadAsync(body, cancellationToken).ConfigureAwait(false);
            if (call.Forms.Fits(status, mediaType, whole.Bytes.Span, isWhole: true))
            {
                call.Body = whole;
                return;
            }

            body = new MemoryStream(whole.Bytes.ToArray());
            whole.Dispose();
        }

        var token = request.Headers.Authorization?.Parameter ?? "";
        throw SalesforceErrors.FromReply(
            status, await ErrorBody.ReadAsync(body, token, cancellationToken).ConfigureAwait(false), RetryAfterHeader.Read(response, time.GetUtcNow()), call);
    }

    // The header's typed property would change the value that the caller receives.
    private static string? MediaTypeOf(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)
            ? values.ToString().Split(';')[0].Trim()
            : null;

    private static async Task<ReplyBody> ReadAsync(
        Stream stream, int status, string? mediaType, SalesforceCall call, CancellationToken cancellationToken)
    {
        ReplyBody body;
        ReadOnlyMemory<byte> beginning;
        if (call.ReadsWhole)
        {
            var whole = await WholeBody.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            (body, beginning) = (whole, whole.Bytes);
        }
        else
        {
            var streamed = await StreamedBody.BeginAsync(stream, cancellationToken).ConfigureAwait(false);
            (body, beginning) = (streamed, streamed.Head);
        }

        if (call.IsApex && ApexReply.IsCutOff(beginning.Span))
        {
            body.Dispose();
            throw new UnexpectedReplyException(ApexReply.CutOff);
        }

        if (call.Forms.Fits(status, mediaType, beginning.Span, isWhole: body.Length is not null))
        {
            return body;
        }

        body.Dispose();
        throw new UnexpectedReplyException(
            $"Salesforce's reply with status {status} should have {call.Forms.Describe()}; its body {(beginning.IsEmpty ? "is empty" : $"of the type {Quote.Value(mediaType ?? "")} is something else")}");
    }

    // SocketsHttpHandler.ConnectTimeout. Only the inner exception distinguishes it from a cancellation.
    private static bool IsConnectTimeout(Exception exception) =>
        exception is OperationCanceledException { InnerException: TimeoutException };
}
