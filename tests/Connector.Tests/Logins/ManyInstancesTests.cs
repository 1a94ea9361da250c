using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Core.Pipeline;
using Connector.Tests.Drivers;
using LocalHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Authentication.Jwt;
using SalesforceConnector.Salesforce.Client;

namespace Connector.Tests.Logins;

/// <summary>
/// What a thousand instances of the app cost an org in logins: each with a token provider and handlers of its own, one org,
/// one vault, one table, and a clock that is let run. Salesforce allows a user 3,600 logins an hour.
/// </summary>
public sealed class ManyInstancesTests(ITestOutputHelper output)
{
    private const int Instances = 1_000;
    private const int MostLogins = 20;

    private static readonly TimeSpan Start = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = new SalesforceOptions().RefusedLoginPause;

    [Fact]
    public async Task A_thousand_instances_log_in_as_seldom_as_one()
    {
        var alone = await SimulateAsync(share: false);
        var shared = await SimulateAsync(share: true);
        var jwt = await SimulateAsync(share: true, jwt: true);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Logins of {Instances:N0} instances     each for itself    shared    by JWT bearer"));
        foreach (var (what, logins) in shared)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-32} {alone[what],13:N0} {logins,9:N0} {jwt[what],16:N0}"));
        }

        alone.Values.ShouldAllBe(logins => logins >= Instances);
        foreach (var some in new[] { shared, jwt })
        {
            some.Values.Sum().ShouldBeLessThanOrEqualTo(MostLogins);
            some.Values.ShouldAllBe(logins => logins > 0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_new_token_that_is_refused_is_not_replaced_for_the_pause(bool share)
    {
        using var system = new ManySystem(share);
        using var instance = system.NewInstance();
        var first = await system.RunOutAsync(instance.GetTokenAsync(refused: null));
        var second = await system.RunOutAsync(instance.GetTokenAsync(first));

        // By a call that begins with the second one, before another call has found it refused.
        var refusal = await Should.ThrowAsync<ConnectorException>(() => system.RunOutAsync(instance.GetTokenAsync(second)));

        refusal.Problem.ErrorCode.ShouldBe(ErrorCodes.AuthenticationFailed);
        await Should.ThrowAsync<ConnectorException>(() => system.RunOutAsync(instance.GetTokenAsync(refused: null)));
        system.Org.Logins.ShouldBe(2);
        system.Time.Advance(Pause);
        (await system.RunOutAsync(instance.GetTokenAsync(second))).Value.ShouldBe("3");
    }

    [Fact]
    public async Task A_new_token_in_place_of_an_old_one_is_replaced_when_it_is_refused()
    {
        using var system = new ManySystem(share: true);
        using var instance = system.NewInstance();
        var first = await system.RunOutAsync(instance.GetTokenAsync(refused: null));
        system.Time.Advance(Pause);
        var second = await system.RunOutAsync(instance.GetTokenAsync(first));

        (await system.RunOutAsync(instance.GetTokenAsync(second))).Value.ShouldBe("3");
    }

    /// <summary>Four things that happen to all instances at once, each with the logins that they tried.</summary>
    private static async Task<Dictionary<string, int>> SimulateAsync(bool share, bool jwt = false)
    {
        using var system = new ManySystem(share, jwt);
        var instances = Enumerable.Range(0, Instances).Select(_ => system.NewInstance()).ToArray();
        try
        {
            return new Dictionary<string, int>
            {
                ["start within a minute"] = await system.LoginsOfAsync(
                    instances.Select((instance, i) => instance.CallAsync(after: Start * i / Instances, succeeds: true))),
                ["the token has expired"] = await system.LoginsOfAsync(
                    () => system.Org.ExpireTokens(), instances.Select(instance => instance.CallAsync(after: TimeSpan.Zero, succeeds: true))),
                ["the org refuses all sessions"] = await system.LoginsOfAsync(
                    () => system.Org.AcceptsTokens = false, instances.Select(instance => instance.CallAsync(after: Pause, succeeds: false))),
                ["the org refuses the secret"] = await system.LoginsOfAsync(
                    () => system.Org.AcceptsSecret = false, instances.Select(instance => instance.CallAsync(after: 2 * Pause, succeeds: false))),
            };
        }
        finally
        {
            foreach (var instance in instances)
            {
                instance.Dispose();
            }
        }
    }

    /// <summary>What all instances have in common.</summary>
    private sealed class ManySystem : IDisposable
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
        private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
        private static readonly TimeSpan StorageTakes = TimeSpan.FromMilliseconds(100);

        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly IOptions<SalesforceOptions> _options;
        private readonly ConnectorTelemetry _telemetry;
        private readonly HttpClient _http;
        private readonly MemoryTable _table = new();
        private readonly ManyKeys _keys = new();
        private readonly HttpPipeline _pipeline;

        public ManySystem(bool share, bool jwt = false)
        {
            var login = jwt ? OrgOptions.JwtLogin : OrgOptions.ClientCredentialsLogin;
            _options = Options.Create(new SalesforceOptions { BaseUrl = ManyOrg.Url.ToString(), Login = login, ConsumerKey = "k", UserName = "u", ShareTokens = share });
            _pipeline = HttpPipelineBuilder.Build(new SigningKeyOptions { Transport = new HttpClientTransport(_keys) });
            _telemetry = new ConnectorTelemetry(_services.GetRequiredService<IMeterFactory>(), Time);
            Org = new ManyOrg(Time);
            _http = new HttpClient(Org, disposeHandler: false);
            _table.Before = (_, cancellation) => Task.Delay(StorageTakes, Time, cancellation);
        }

        public ManyOrg Org { get; }

        public FakeTimeProvider Time { get; } = new();

        public Instance NewInstance()
        {
            var hosts = new AllowedHosts(_options);
            var vault = Options.Create(new KeyVaultOptions());
            var login = new LoginClient(_http, hosts, _telemetry, _options, Time);
            var keys = new SigningKeys(new Uri(LocalKeyVault.VaultUri), _pipeline, Time);
            var tokens = new TokenProvider(
                login,
                new SecretReader(new ManyVault(), NullLogger<SecretReader>.Instance),
                new JwtLogins(keys, login, Time, NullLogger<JwtLogins>.Instance),
                new SharedTokens(_table, hosts, _options, Time, NullLogger<SharedTokens>.Instance),
                _options,
                vault,
                Time,
                NullLogger<TokenProvider>.Instance);
            return new Instance(tokens, new Orgs(_options, vault, hosts).Configured.Single(), Org, Time);
        }

        public Task<int> LoginsOfAsync(Action happening, IEnumerable<Task> calls)
        {
            happening();
            return LoginsOfAsync(calls);
        }

        /// <returns>The logins that were tried until all calls had ended.</returns>
        public async Task<int> LoginsOfAsync(IEnumerable<Task> calls)
        {
            var before = Org.Logins;
            await RunOutAsync(Task.WhenAll(calls));
            return Org.Logins - before;
        }

        public async Task<T> RunOutAsync<T>(Task<T> pending)
        {
            await RunOutAsync((Task)pending);
            return await pending;
        }

        public void Dispose()
        {
            _http.Dispose();
            _keys.Dispose();
            Org.Dispose();
            _telemetry.Dispose();
            _services.Dispose();
        }

        /// <summary>Lets the clock run until something has ended.</summary>
        private async Task RunOutAsync(Task pending)
        {
            while (!pending.IsCompleted)
            {
                Time.Advance(Step);
                // What the clock has let go on runs, most of it.
                await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
            }

            await pending;
        }
    }

    /// <summary>One instance of the app, from its session handler on.</summary>
    private sealed class Instance : IDisposable
    {
        private readonly TokenProvider _tokens;
        private readonly CallTarget _target;
        private readonly TimeProvider _time;
        private readonly HttpMessageInvoker _invoker;

        public Instance(TokenProvider tokens, CallTarget target, ManyOrg org, TimeProvider time)
        {
            (_tokens, _target, _time) = (tokens, target, time);
            _invoker = new HttpMessageInvoker(new SessionHandler(tokens) { InnerHandler = org }, disposeHandler: false);
        }

        public async Task CallAsync(TimeSpan after, bool succeeds)
        {
            await Task.Delay(after, _time);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(ManyOrg.Url, "/services/data/v67.0/limits"));
            request.Options.Set(SalesforceCall.Key, new SalesforceCall(_target, new SalesforceRequest(HttpMethod.Get, "limits"), isComposite: false));
            try
            {
                using var response = await _invoker.SendAsync(request, TestContext.Current.CancellationToken);
                succeeds.ShouldBeTrue();
            }
            catch (ConnectorException e) when (!succeeds)
            {
                e.Problem.ErrorCode.ShouldBe(ErrorCodes.AuthenticationFailed);
            }
        }

        public Task<AccessToken> GetTokenAsync(AccessToken? refused) =>
            _tokens.GetAsync(_target, refused, TestContext.Current.CancellationToken);

        public void Dispose()
        {
            _invoker.Dispose();
            _tokens.Dispose();
        }
    }

    /// <summary>An org that takes a second for a login.</summary>
    private sealed class ManyOrg(TimeProvider time) : HttpMessageHandler
    {
        public static readonly Uri Url = new("https://mydomain.my.salesforce.com");

        private static readonly TimeSpan LoginTakes = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan CallTakes = TimeSpan.FromMilliseconds(200);

        private int _logins;
        private int _expired;

        public int Logins => Volatile.Read(ref _logins);

        public bool AcceptsTokens { get; set; } = true;

        public bool AcceptsSecret { get; set; } = true;

        public void ExpireTokens() => _expired = Logins;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/services/oauth2/token")
            {
                var login = Interlocked.Increment(ref _logins);
                await Task.Delay(LoginTakes, time, cancellationToken);
                return AcceptsSecret
                    ? Json(HttpStatusCode.OK, new { access_token = login.ToString(CultureInfo.InvariantCulture), instance_url = Url })
                    : Json(HttpStatusCode.BadRequest, new { error = "invalid_client" });
            }

            await Task.Delay(CallTakes, time, cancellationToken);
            return AcceptsTokens && int.Parse(request.Headers.Authorization!.Parameter!, CultureInfo.InvariantCulture) > _expired
                ? Json(HttpStatusCode.OK, new { })
                : throw new SalesforceException(
                    Problem.Create(ProblemKind.Authentication, 502, "INVALID_SESSION_ID", "Session expired or invalid"), CallFailure.SessionInvalid);
        }

        private static HttpResponseMessage Json(HttpStatusCode status, object body) =>
            new(status) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) };
    }
}
