using System.Reflection;
using Azure;
using Azure.Data.Tables;
using SalesforceConnector.Triggers.Queues.Ledger;
using TestDrivers;

namespace Benchmarks.Scale.Account;

/// <summary>The ledger's table. Each operation is a partition of its own, with a limit of its own.</summary>
internal sealed class SimulatedTable(SimulatedStorage storage, VirtualClock clock) : TableClient
{
    private static readonly Func<object, object> Copy =
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly Dictionary<string, Partition> _partitions = [];
    private int _versions;

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        var partition = PartitionOf(partitionKey);
        return storage.AskTableAsync<NullableResponse<T>>(
            partition.Limit,
            () => partition.Entry is { } entry
                ? Response.FromValue((T)Copy(entry), new StorageAnswer(200, entry.ETag))
                : new NoEntry<T>());
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        var partition = PartitionOf(entity.PartitionKey);
        return storage.AskTableAsync<Response>(
            partition.Limit,
            () => partition.Entry is null ? Write(partition, entity) : throw new RequestFailedException(409, "There is one.", "EntityAlreadyExists", null));
    }

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        var partition = PartitionOf(entity.PartitionKey);
        return storage.AskTableAsync<Response>(
            partition.Limit,
            () => partition.Entry?.ETag == ifMatch
                ? Write(partition, entity)
                : throw new RequestFailedException(412, "It has changed.", "UpdateConditionNotSatisfied", null));
    }

    private StorageAnswer Write(Partition partition, ITableEntity entity)
    {
        var entry = (LedgerEntry)Copy(entity);
        entry.ETag = new ETag($"{++_versions}");
        partition.Entry = entry;
        return new StorageAnswer(204, entry.ETag);
    }

    private Partition PartitionOf(string key) =>
        _partitions.TryGetValue(key, out var partition) ? partition : _partitions[key] = new Partition(new RateLimit(SimulatedStorage.EntitiesOfPartition, clock));

    private sealed class Partition(RateLimit limit)
    {
        public RateLimit Limit => limit;

        public LedgerEntry? Entry { get; set; }
    }
}
