using System.Text.Json;
using SalesforceSimulator.Events.Schemas;
using SalesforceSimulator.Events.Service;
using SalesforceSimulator.Http;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Events;

/// <summary>The part of the admin endpoint below <c>/__admin/events</c>.</summary>
internal sealed class EventDoor(Org org, EventBus bus)
{
    /// <summary>The record id of overflow events.</summary>
    private const string NoRecord = "000000000000000AAA";

    private static readonly string[] GapTypes = ["GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE"];

    /// <returns>The reply; <see langword="null"/> if there is no such door.</returns>
    /// <exception cref="ArgumentException">The input is invalid.</exception>
    /// <exception cref="JsonException">The body is not the JSON of the door's input.</exception>
    public Reply? Handle(string method, string[] door, ReadOnlyMemory<byte> body)
    {
        switch (method, door)
        {
            case ("GET", ["stats"]):
                return Reply.Json(200, writer => JsonSerializer.Serialize(writer, bus.Stats, AdminDoor.Json));
            case ("POST", ["faults"]):
                bus.Faults.Add(AdminDoor.Read<EventFault[]>(body));
                break;
            case ("DELETE", ["faults"]):
                bus.Faults.Clear();
                break;
            case ("POST", ["end-streams"]):
                EndStreams(body.Length == 0 ? null : AdminDoor.Read<EventFault>(body));
                break;
            case ("POST", ["gap"]):
                var gap = AdminDoor.Read<GapInput>(body);
                PublishGap(gap.ObjectType, gap.ChangeType, gap.RecordIds);
                break;
            case ("POST", ["overflow"]):
                PublishOverflow(AdminDoor.Read<OverflowInput>(body).ObjectType);
                break;
            case ("POST", ["undelete"]):
                Undelete(AdminDoor.Read<UndeleteInput>(body).Id);
                break;
            case ("POST", ["expire"]):
                bus.Log.Expire();
                break;
            case ("POST", ["limits"]):
                SetDailyDeliveries(AdminDoor.Read<LimitsInput>(body).DailyDeliveries);
                break;
            default:
                return null;
        }

        return Reply.NoContent;
    }

    public void EndStreams(EventFault? how)
    {
        how ??= PubSubErrors.Unavailable;
        if ((how with { Method = "Subscribe" }).Problem is { } problem)
        {
            throw new ArgumentException(problem, nameof(how));
        }

        bus.EndStreams(how);
    }

    public void PublishGap(string objectType, string changeType, IReadOnlyList<string> recordIds)
    {
        if (!GapTypes.Contains(changeType))
        {
            throw new ArgumentException($"changeType must be one of {string.Join(", ", GapTypes)}.", nameof(changeType));
        }

        ArgumentOutOfRangeException.ThrowIfZero(recordIds.Count);
        Publish(objectType, changeType, recordIds);
    }

    public void PublishOverflow(string objectType) => Publish(objectType, "GAP_OVERFLOW", [NoRecord]);

    public void Undelete(string id)
    {
        lock (org.Gate)
        {
            if (org.Store.Find(id) is not { IsDeleted: true } record)
            {
                throw new ArgumentException($"There is no deleted record with the id '{id}'.", nameof(id));
            }

            var now = org.Now;
            org.Store.Put(record.With(new Dictionary<string, object?> { ["IsDeleted"] = false, ["LastModifiedDate"] = now, ["SystemModstamp"] = now }));
            org.Store.Commit();
        }
    }

    public void SetDailyDeliveries(int? limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0);
        bus.Deliveries.Reset(limit);
    }

    private void Publish(string objectType, string changeType, IReadOnlyList<string> recordIds)
    {
        lock (org.Gate)
        {
            if (bus.Catalog.FindByObjectType(objectType) is not { HasHeader: true } schema)
            {
                throw new ArgumentException(
                    $"'{objectType}' has no change events. Those that have: {string.Join(", ", ChangeEventSchemas.Captured)}.", nameof(objectType));
            }

            bus.PublishGap(schema, objectType, changeType, recordIds);
        }
    }

    private sealed record GapInput(string ObjectType, string ChangeType, string[] RecordIds);

    private sealed record OverflowInput(string ObjectType);

    private sealed record UndeleteInput(string Id);

    private sealed record LimitsInput(int? DailyDeliveries);
}
