using Azure;
using Azure.Data.Tables;

namespace Connector.Tests.Drivers;

/// <summary>A table in memory, with ETags as the real one has; it takes its time, or fails, when it is told to.</summary>
internal sealed class MemoryTable : TableClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), TableEntity> _entities = [];
    private int _version;
    private int _requests;

    /// <summary>What each request waits for before it is carried out: to be delayed, or to fail.</summary>
    public Func<TableRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether the next write is carried out and its answer lost, so that the client repeats it.</summary>
    public bool LosesNextAnswer { get; set; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The one entity that there is.</summary>
    public TableEntity Single
    {
        get
        {
            lock (_lock)
            {
                return new TableEntity(_entities.Values.ShouldHaveSingleItem());
            }
        }
    }

    /// <summary>Writes past all rules, as whoever stole the right to write could.</summary>
    public void Put(TableEntity entity)
    {
        lock (_lock)
        {
            Store(entity);
        }
    }

    public override async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        await BeginAsync(TableRequest.Read, cancellationToken);
        lock (_lock)
        {
            return _entities.TryGetValue((partitionKey, rowKey), out var entity)
                ? Response.FromValue((T)(object)new TableEntity(entity) { ETag = entity.ETag }, new StorageAnswer(200, entity.ETag))
                : new NoEntry<T>();
        }
    }

    public override async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        await BeginAsync(TableRequest.Add, cancellationToken);
        lock (_lock)
        {
            return _entities.ContainsKey((entity.PartitionKey, entity.RowKey))
                ? throw new RequestFailedException(409, "There is one.", "EntityAlreadyExists", null)
                : Answer(Store((TableEntity)(object)entity), new RequestFailedException(409, "There is one.", "EntityAlreadyExists", null));
        }
    }

    public override async Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        mode.ShouldBe(TableUpdateMode.Replace);
        await BeginAsync(TableRequest.Update, cancellationToken);
        lock (_lock)
        {
            var changed = new RequestFailedException(412, "It has changed.", "UpdateConditionNotSatisfied", null);
            return !_entities.TryGetValue((entity.PartitionKey, entity.RowKey), out var found)
                ? throw new RequestFailedException(404, "There is none.", "ResourceNotFound", null)
                : found.ETag.ToString("H") != ifMatch.ToString("H")
                    ? throw changed
                    : Answer(Store((TableEntity)(object)entity), changed);
        }
    }

    private StorageAnswer Answer(ETag tag, RequestFailedException answerOfRepetition)
    {
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw answerOfRepetition;
        }

        return new StorageAnswer(204, tag);
    }

    private Task BeginAsync(TableRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return Before(request, cancellationToken);
    }

    private ETag Store(TableEntity entity)
    {
        var tag = new ETag($"\"{++_version}\"");
        _entities[(entity.PartitionKey, entity.RowKey)] = new TableEntity(entity) { ETag = tag };
        return tag;
    }
}

public enum TableRequest
{
    Read,
    Add,
    Update,
}
