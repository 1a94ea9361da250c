using System.Collections.Concurrent;
using Eventbus.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>Salesforce's Pub/Sub API, by the tokens that operations use too.</summary>
/// <remarks>Pub/Sub API documentation, "Supported Auth" and "Pub/Sub API Endpoints".</remarks>
internal sealed class PubSubClient(TokenProvider tokens, IOptions<EventOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    // A schema never changes. An org has as many as the objects and events subscribed to.
    private readonly ConcurrentDictionary<(OrgUrl Org, string Id), EventDecoder> _decoders = [];
    private readonly Lazy<GrpcChannel> _channel = new(() => GrpcChannel.ForAddress(options.Value.Endpoint, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            // A connection that broke without a sign is noticed, and the load balancer of the network's way out keeps an idle one.
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        },
        DisposeHttpClient = true,
        // Salesforce decides how many of the requested events it sends at once, each of up to 1 MB.
        MaxReceiveMessageSize = null,
    }));

    /// <summary>A token whose login has said the org's id.</summary>
    /// <exception cref="ConnectorException">There is no token, or the login did not say it.</exception>
    public async Task<AccessToken> GetTokenAsync(CallTarget target, AccessToken? refused, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(target, refused, cancellationToken).ConfigureAwait(false);
        if (token is { OrgId: null, IsShared: true })
        {
            // Shared by an instance of an earlier version of the app.
            token = await tokens.GetAsync(target, token, cancellationToken).ConfigureAwait(false);
        }

        return token.OrgId is not null
            ? token
            : throw new ConnectorException(Problem.Create(
                ProblemKind.Authentication,
                StatusCodes.Status502BadGateway,
                ErrorCodes.AuthenticationFailed,
                $"{target.Org} answered a login without the identity URL (member id), which has the org's id that the Pub/Sub API requires.",
                retryable: true));
    }

    /// <summary>Opens a stream. Its first request is to name the topic.</summary>
    public EventStream Open(AccessToken token, CancellationToken cancellationToken) =>
        new(new PubSub.PubSubClient(_channel.Value).Subscribe(MetadataOf(token), cancellationToken: cancellationToken));

    /// <summary>The decoder of a schema's events, which is fetched once.</summary>
    /// <exception cref="InvalidDataException">The schema does not exist or cannot be read.</exception>
    /// <exception cref="PubSubException">The schema cannot be fetched at the moment.</exception>
    public async Task<EventDecoder> GetDecoderAsync(CallTarget target, AccessToken token, string schemaId, CancellationToken cancellationToken)
    {
        if (_decoders.TryGetValue((target.Org, schemaId), out var known))
        {
            return known;
        }

        try
        {
            var schema = await new PubSub.PubSubClient(_channel.Value).GetSchemaAsync(
                new SchemaRequest { SchemaId = schemaId },
                MetadataOf(token),
                time.GetUtcNow().UtcDateTime + CallTimeout,
                cancellationToken).ConfigureAwait(false);
            return _decoders.GetOrAdd((target.Org, schemaId), EventDecoder.Parse(schema.SchemaJson));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            throw new InvalidDataException("Salesforce does not have the event's schema.", e);
        }
        catch (RpcException e)
        {
            throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(e.Message, e, cancellationToken) : PubSubException.From(e);
        }
    }

    public void Dispose()
    {
        if (_channel.IsValueCreated)
        {
            _channel.Value.Dispose();
        }
    }

    private static Metadata MetadataOf(AccessToken token) => new()
    {
        { "accesstoken", token.Value },
        { "instanceurl", token.Instance.ToString() },
        { "tenantid", token.OrgId! },
    };
}
