using System.Net.Http.Headers;
using System.Net.Mime;
using Microsoft.Extensions.Options;
using Polly.Timeout;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>Calls the REST API and Apex classes of a payload's org.</summary>
/// <remarks>
/// Its HTTP handlers, outermost first: the resilience pipeline (<see cref="SalesforceResilience"/>), the session
/// (<see cref="SessionHandler"/>), replies (<see cref="ReplyHandler"/>), connections.
/// </remarks>
public sealed class SalesforceClient
{
    private const string CallOptions = "Sforce-Call-Options";

    private readonly HttpClient _http;
    private readonly Orgs _orgs;
    private readonly string? _callOptions;

    public SalesforceClient(HttpClient http, Orgs orgs, IOptions<SalesforceOptions> options)
    {
        (_http, _orgs) = (http, orgs);
        _callOptions = options.Value.ClientName is { } name ? $"client={name}" : null;
    }

    /// <returns>The successful reply, whose body is still being received. The caller disposes it.</returns>
    /// <exception cref="ConnectorException">The call failed.</exception>
    public async Task<SalesforceReply> SendAsync(Payload payload, SalesforceRequest request, CancellationToken cancellationToken)
    {
        var target = _orgs.Resolve(payload);
        var root = $"/services/data/{target.ApiVersion}/";
        var path = request.Path.StartsWith('/') ? request.Path : root + request.Path;
        var around = request.Method == HttpMethod.Get && path.Length > request.LongUrl?.LongestUrl ? request.LongUrl : null;
        var call = new SalesforceCall(target, request, isComposite: around is not null);

        using var message = around is not null
            ? Message(HttpMethod.Post, root + around.Path, [], around.Wrap(path, request.Headers))
            : Message(request.Method, path, request.Headers, request.Body);
        try
        {
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return new SalesforceReply(response, call.Status, call.Body!, request.Record) { EarlierMayHaveRun = call.EarlierMayHaveRun };
        }
        catch (TimeoutRejectedException e)
        {
            throw new ConnectorException(SalesforceErrors.WithEarlierAttempts(SalesforceErrors.FromTimeout(call), call), e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new ConnectorException(SalesforceErrors.WithEarlierAttempts(SalesforceErrors.FromStop(call), call), e);
        }
        catch (ConnectorException e) when (SalesforceErrors.WithEarlierAttempts(e.Problem, call) is var problem && problem != e.Problem)
        {
            throw new ConnectorException(problem, e);
        }

        HttpRequestMessage Message(
            HttpMethod method, string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body)
        {
            var message = new HttpRequestMessage(method, new Uri(target.Org.Origin, pathAndQuery));
            message.Options.Set(SalesforceCall.Key, call);
            foreach (var (name, value) in headers)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }

            if (_callOptions is not null && !request.IsRead && !message.Headers.Contains(CallOptions))
            {
                message.Headers.Add(CallOptions, _callOptions);
            }

            if (request.Upload is { } upload)
            {
                message.Content = upload();
            }
            else if (!body.IsEmpty)
            {
                message.Content = new ReadOnlyMemoryContent(body);
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json, "utf-8");
            }

            return message;
        }
    }
}
