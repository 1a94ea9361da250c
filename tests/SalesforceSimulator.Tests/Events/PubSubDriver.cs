using Avro.Generic;
using Avro.IO;
using Eventbus.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SalesforceSimulator.Events;

namespace SalesforceSimulator.Tests.Events;

/// <summary>An org with events, and a client of its Pub/Sub API.</summary>
internal sealed class PubSubDriver : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private PubSubDriver(OrgDriver org)
    {
        Org = org;
        _channel = GrpcChannel.ForAddress(org.Simulator.Events.Url);
        Client = new PubSub.PubSubClient(_channel);
    }

    public OrgDriver Org { get; }

    public SimulatorEvents Events => Org.Simulator.Events;

    public PubSub.PubSubClient Client { get; }

    public Metadata Headers => HeadersOf(Org);

    public static async Task<PubSubDriver> StartAsync(TimeProvider? time = null, EventOptions? options = null) =>
        new(await OrgDriver.StartAsync(new SimulatorOptions
        {
            Events = (options ?? new EventOptions()) with { Tls = false },
            Time = time ?? TimeProvider.System,
        }));

    public static Metadata HeadersOf(OrgDriver org) => new()
    {
        { "accesstoken", org.Http.DefaultRequestHeaders.Authorization!.Parameter! },
        { "instanceurl", org.Simulator.BaseUrl.GetLeftPart(UriPartial.Authority) },
        { "tenantid", SalesforceSimulator.Org.Id },
    };

    public Subscriber Subscribe(string topic, ReplayPreset preset = ReplayPreset.Earliest, ByteString? after = null, int count = 100) =>
        new(this, new FetchRequest { TopicName = topic, ReplayPreset = preset, ReplayId = after ?? ByteString.Empty, NumRequested = count });

    /// <summary>Reads events from the earliest, and decodes them.</summary>
    public async Task<List<GenericRecord>> ReadAsync(string topic, int count)
    {
        using var subscriber = Subscribe(topic);
        List<GenericRecord> read = [];
        foreach (var received in await subscriber.TakeAsync(count))
        {
            read.Add(await DecodeAsync(received));
        }

        return read;
    }

    public async Task<GenericRecord> DecodeAsync(ConsumerEvent received)
    {
        var info = await Client.GetSchemaAsync(new SchemaRequest { SchemaId = received.Event.SchemaId }, Headers, cancellationToken: Cancellation);
        return Decode(received, Avro.Schema.Parse(info.SchemaJson));
    }

    public static GenericRecord Decode(ConsumerEvent received, Avro.Schema schema)
    {
        using var stream = new MemoryStream(received.Event.Payload.ToByteArray());
        var record = new GenericDatumReader<GenericRecord>(schema, schema).Read(null!, new BinaryDecoder(stream));
        stream.Position.ShouldBe(stream.Length);
        return record;
    }

    public async Task<string> CreateAsync(string objectType, string json, params (string Name, string Value)[] headers)
    {
        var reply = await Org.SendAsync("POST", $"sobjects/{objectType}", json, headers);
        reply.Status.ShouldBe(201, reply.Body);
        return reply.Json.GetProperty("id").GetString()!;
    }

    public async Task UpdateAsync(string objectType, string id, string json) =>
        (await Org.SendAsync("PATCH", $"sobjects/{objectType}/{id}", json)).Status.ShouldBe(204);

    public async Task DeleteAsync(string objectType, string id) =>
        (await Org.SendAsync("DELETE", $"sobjects/{objectType}/{id}", null)).Status.ShouldBe(204);

    /// <returns>The status of a call of a method that the contract here does not have.</returns>
    public async Task<StatusCode> CallUnknownMethodAsync(string name)
    {
        var bytes = Marshallers.Create<byte[]>(message => message, message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "eventbus.v1.PubSub", name, bytes, bytes);
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(Headers, cancellationToken: Cancellation), []);
        return (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Org.DisposeAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One subscription.</summary>
    internal sealed class Subscriber : IDisposable
    {
        private readonly AsyncDuplexStreamingCall<FetchRequest, FetchResponse> _call;
        private readonly Task _asked;

        public Subscriber(PubSubDriver driver, FetchRequest first)
        {
            _call = driver.Client.Subscribe(driver.Headers, cancellationToken: Cancellation);
            _asked = _call.RequestStream.WriteAsync(first, Cancellation);
        }

        public async Task AskAsync(int count, string topic = "")
        {
            await _asked;
            await _call.RequestStream.WriteAsync(new FetchRequest { TopicName = topic, NumRequested = count }, Cancellation);
        }

        public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

        /// <returns>The next response; <see langword="null"/> if the server has ended the stream in order.</returns>
        public async Task<FetchResponse?> NextAsync()
        {
            await _asked;
            return await _call.ResponseStream.MoveNext(Cancellation) ? _call.ResponseStream.Current : null;
        }

        public async Task<List<ConsumerEvent>> TakeAsync(int count)
        {
            List<ConsumerEvent> taken = [];
            while (taken.Count < count)
            {
                var response = await NextAsync();
                taken.AddRange(response.ShouldNotBeNull("The stream has ended.").Events);
            }

            taken.Count.ShouldBe(count);
            return taken;
        }

        /// <summary>Reads to the error that ends the stream.</summary>
        /// <returns>Its status and its code without Salesforce's prefix.</returns>
        public async Task<(StatusCode Status, string? Code)> ErrorAsync()
        {
            var error = await Should.ThrowAsync<RpcException>(async () =>
            {
                while (await NextAsync() is not null)
                {
                }
            });
            return CodeOf(error);
        }

        public void Dispose() => _call.Dispose();
    }

    public static (StatusCode Status, string? Code) CodeOf(RpcException error) =>
        (error.StatusCode, error.Trailers.GetValue("error-code")?.Replace("sfdc.platform.eventbus.grpc.", "", StringComparison.Ordinal));
}
