using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events;

/// <summary>
/// The table of positions. Each write is conditional: a run that has lost its lease cannot set a position back.
/// </summary>
public sealed class PositionTable
{
    private readonly Lazy<TableClient> _table;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;

    internal PositionTable(Lazy<TableClient> table, IOptions<EventOptions> options, TimeProvider time) =>
        (_table, _lease, _time) = (table, options.Value.Lease, time);

    /// <returns>The entry; <see langword="null"/> if the subscription has never started.</returns>
    internal async Task<TopicPosition?> FindAsync(string subscription, CancellationToken cancellationToken)
    {
        var found = await _table.Value
            .GetEntityIfExistsAsync<TableEntity>(subscription, TopicPosition.Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.HasValue ? TopicPosition.From(found.Value!) : null;
    }

    /// <summary>Takes the lease, if no other run has it.</summary>
    /// <param name="subscription">As it is without any entry: a stored position of another topic or org is none of this one's.</param>
    /// <returns>The entry, with <see cref="TopicPosition.Owner"/> set if the lease was taken.</returns>
    internal async Task<(TopicPosition Position, bool IsMine)> AcquireAsync(TopicPosition subscription, Guid owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await FindAsync(subscription.Subscription, cancellationToken).ConfigureAwait(false);
            if (found is not null && found.Owner != owner && found.LeaseUntil > _time.GetUtcNow())
            {
                return (found, false);
            }

            var mine = found is not null && found.Topic == subscription.Topic && found.Org == subscription.Org ? found : subscription;
            mine.ETag = found?.ETag ?? default;
            mine.Owner = owner;
            if (await TryWriteAsync(mine, cancellationToken).ConfigureAwait(false))
            {
                return (mine, true);
            }
        }
    }

    /// <summary>Writes the position, and renews the lease unless the owner has given it up.</summary>
    /// <exception cref="LeaseLostException">Another run has taken over, or somebody has deleted the entry.</exception>
    internal async Task SaveAsync(TopicPosition position, CancellationToken cancellationToken)
    {
        var owner = position.Owner;
        while (!await TryWriteAsync(position, cancellationToken).ConfigureAwait(false))
        {
            var found = await FindAsync(position.Subscription, cancellationToken).ConfigureAwait(false);
            if (found is null || found.Owner != owner)
            {
                throw new LeaseLostException();
            }

            // The write had succeeded, but its reply was lost.
            position.ETag = found.ETag;
        }
    }

    private async Task<bool> TryWriteAsync(TopicPosition position, CancellationToken cancellationToken)
    {
        position.LeaseUntil = position.Owner is null ? null : _time.GetUtcNow() + _lease;
        if (await ConditionalWrite.TryWriteAsync(_table.Value, position.ToEntity(), position.ETag, cancellationToken).ConfigureAwait(false) is not { } written)
        {
            return false;
        }

        position.ETag = written;
        return true;
    }
}

/// <summary>Another run receives the topic.</summary>
internal sealed class LeaseLostException : Exception;
