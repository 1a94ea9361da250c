using System.Linq.Expressions;
using Azure;
using Azure.Data.Tables;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace Connector.Tests.Queues.Steps;

/// <summary>The ledger's table in memory: each request is a step.</summary>
internal sealed class StepTable(StepRecorder steps) : TableClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LedgerEntry> _entries = [];
    private int _version;

    public IReadOnlyCollection<LedgerEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Values.Select(Copy)];
            }
        }
    }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        steps.RunAsync(Service.Table, "read", () =>
        {
            lock (_lock)
            {
                return Task.FromResult<NullableResponse<T>>(
                    _entries.TryGetValue(partitionKey, out var entry)
                        ? Response.FromValue((T)(object)Copy(entry), new StorageAnswer(200, entry.ETag))
                        : new NoEntry<T>());
            }
        });

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        steps.RunAsync(Service.Table, "add", () =>
        {
            lock (_lock)
            {
                return _entries.ContainsKey(entity.PartitionKey)
                    ? throw new RequestFailedException(409, "There is one.", "EntityAlreadyExists", null)
                    : Task.FromResult<Response>(Store(entity));
            }
        });

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        steps.RunAsync(Service.Table, "update", () =>
        {
            lock (_lock)
            {
                Check(entity.PartitionKey, ifMatch);
                return Task.FromResult<Response>(Store(entity));
            }
        });

    public override Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        steps.RunAsync(Service.Table, "delete", () =>
        {
            lock (_lock)
            {
                Check(partitionKey, ifMatch);
                _entries.Remove(partitionKey);
                return Task.FromResult<Response>(new StorageAnswer(204, default));
            }
        });

    public override AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        var matches = filter.Compile();
        return new Found<T>(() => steps.RunAsync(Service.Table, "query", () =>
        {
            lock (_lock)
            {
                return Task.FromResult<IReadOnlyList<T>>([.. _entries.Values.Select(entry => (T)(object)Copy(entry)).Where(matches)]);
            }
        }));
    }

    private void Check(string key, ETag ifMatch)
    {
        if (!_entries.TryGetValue(key, out var found))
        {
            throw new RequestFailedException(404, "There is none.", "ResourceNotFound", null);
        }

        if (ifMatch != ETag.All && found.ETag != ifMatch)
        {
            throw new RequestFailedException(412, "It has changed.", "UpdateConditionNotSatisfied", null);
        }
    }

    private StorageAnswer Store(ITableEntity entity)
    {
        var entry = Copy((LedgerEntry)entity);
        // As the SDK reads it from a header: without quotation marks.
        entry.ETag = new ETag($"{++_version}");
        _entries[entry.PartitionKey] = entry;
        return new StorageAnswer(204, entry.ETag);
    }

    private static LedgerEntry Copy(LedgerEntry entry)
    {
        var copy = new LedgerEntry { PartitionKey = "", Operation = "", Fingerprint = "", State = "" };
        foreach (var property in typeof(LedgerEntry).GetProperties())
        {
            property.SetValue(copy, property.GetValue(entry));
        }

        return copy;
    }

    private sealed class Found<T>(Func<Task<IReadOnlyList<T>>> readAsync) : AsyncPageable<T>
        where T : notnull
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            yield return Page<T>.FromValues(await readAsync(), null, new StorageAnswer(200, default));
        }
    }
}
