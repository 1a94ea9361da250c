using Azure;
using Azure.Data.Tables;
using Azure.Security.KeyVault.Secrets;
using Azure.Storage.Queues;
using Benchmarks.Scale.Account;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations.Records;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Queues;
using TestDrivers;

namespace Benchmarks.Scale;

/// <summary>One deployment of the connector: its storage account, its code with its default settings, and its instances.</summary>
/// <remarks>
/// All instances share one set of the connector's services. What an instance has of its own, a token and connections, is
/// simulated by <c>ManyInstancesTests</c>.
/// </remarks>
internal sealed class Deployment : IDisposable
{
    private static readonly TimeSpan ScaleEvery = TimeSpan.FromSeconds(30);

    private static readonly string Kept = new QueueOptions().Poison;

    private readonly VirtualClock _clock;
    private readonly Chance _chance;
    private readonly Scenario _scenario;
    private readonly ServiceProvider _services;
    private readonly HostSettings _host;

    public Deployment(Scenario scenario, SimulatedOrg org, VirtualClock clock, Chance chance)
    {
        (_scenario, _clock, _chance) = (scenario, clock, chance);
        Storage = new SimulatedStorage(clock);
        ResultQueues = [.. Enumerable.Range(1, scenario.ResultQueues).Select(number => scenario.ResultQueues == 1 ? new QueueOptions().Results : $"results-{number}")];
        Operations = [.. OperationQueues.All.Keys.Order(StringComparer.Ordinal).Take(scenario.Operations)];
        _host = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json")).Build()
            .GetRequiredSection("extensions:queues").Get<HostSettings>()!;

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Salesforce:BaseUrl"] = SimulatedOrg.Url,
            ["Salesforce:ShareTokens"] = "false",
            ["KeyVault:Uri"] = "https://simulated.vault.azure.net",
            ["Storage"] = "UseDevelopmentStorage=true",
            ["Queues:ReplyTo"] = string.Join(',', ResultQueues),
        }).Build());
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<SecretClient>(new Vault());
        services.AddSalesforceConnector();
        services.AddSingleton<QueueServiceClient>(new SimulatedQueues(Storage, clock));
        services.AddSingleton<TableClient>(new SimulatedTable(Storage, clock));
        foreach (var client in new[] { nameof(SalesforceClient), nameof(LoginClient) })
        {
            services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => org);
        }

        _services = services.BuildServiceProvider();
    }

    public SimulatedStorage Storage { get; }

    public IReadOnlyList<string> Operations { get; }

    public IReadOnlyList<string> ResultQueues { get; }

    /// <summary>Instances of all groups.</summary>
    public int Instances { get; private set; }

    /// <summary>Whether all messages have their results, and the engine has taken them. What is kept for operators stays.</summary>
    public bool HasNothingToDo => Storage.Queues.All(queue => queue.Count == 0 || queue.Name == Kept);

    public async Task StartAsync()
    {
        // The one login comes first, as WarmUp's does.
        await _services.GetRequiredService<TokenProvider>().GetAsync(_services.GetRequiredService<Orgs>().Configured.Single(), refused: null, CancellationToken.None);
        for (var group = 0; group < Operations.Count; group++)
        {
            var there = (_scenario.Instances / Operations.Count) + (group < _scenario.Instances % Operations.Count ? 1 : 0);
            for (var number = 0; number < there; number++)
            {
                AddInstance(Operations[group], _host.MaxPollingInterval * ((double)number / there));
            }

            if (_scenario.MaximumInstanceCount > 0)
            {
                var operation = Operations[group];
                _clock.Start(() => ScaleAsync(operation));
            }
        }
    }

    public void Dispose() => _services.Dispose();

    /// <summary>Azure's scale controller: as many instances as the messages that there are need, at most one more each time.</summary>
    private async Task ScaleAsync(string operation)
    {
        var queue = Storage.Queue(OperationQueues.NameOf(operation));
        for (var instances = 0; instances < _scenario.MaximumInstanceCount;)
        {
            if (queue.Count > instances * (_host.BatchSize + _host.NewBatchThreshold))
            {
                instances++;
                AddInstance(operation, TimeSpan.Zero);
            }

            await _clock.Delay(ScaleEvery);
        }
    }

    private void AddInstance(string operation, TimeSpan looksAfter)
    {
        Instances++;
        var queue = Storage.Queue(OperationQueues.NameOf(operation));
        var poison = Storage.Queue(queue.Name + QueueOptions.PoisonSuffix);
        var instance = new QueueInstance(queue, poison, _host, FunctionOf(operation), _clock, _chance);
        _clock.Start(() => instance.ListenAsync(looksAfter));
    }

    private Func<string, Task> FunctionOf(string operation)
    {
        return _scenario.Creates
            ? With(ActivatorUtilities.CreateInstance<CreateRecord>(_services))
            : With(ActivatorUtilities.CreateInstance<GetRecord>(_services));

        Func<string, Task> With<TPayload>(IOperation<TPayload> work)
            where TPayload : Payload
        {
            var queue = _services.GetRequiredService<QueueOperation>();
            var named = new Named<TPayload>(operation, work);
            return message => queue.RunAsync(named, message, CancellationToken.None);
        }
    }

    /// <summary>The work of one operation under the name, and so with the queue, of another: all weigh the same.</summary>
    private sealed class Named<TPayload>(string name, IOperation<TPayload> work) : IOperation<TPayload>
        where TPayload : Payload
    {
        public string Name => name;

        public Task<SalesforceReply> ExecuteAsync(TPayload payload, OperationContext context, CancellationToken cancellationToken) =>
            work.ExecuteAsync(payload, context, cancellationToken);
    }

    private sealed class Vault : SecretClient
    {
        public override Task<Response<KeyVaultSecret>> GetSecretAsync(
            string name, string? version = null, SecretContentType? outContentType = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(Response.FromValue(new KeyVaultSecret(name, "secret"), new StorageAnswer(200, default)));
    }
}
