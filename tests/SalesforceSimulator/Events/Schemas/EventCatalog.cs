using SalesforceSimulator.Data;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>What can be subscribed to.</summary>
/// <param name="Members">The schemas of its events.</param>
/// <param name="IsChannel">Whether it is a channel, whose events can have different schemas.</param>
internal sealed record Topic(string Name, IReadOnlyList<EventSchema> Members, bool IsChannel)
{
    /// <summary>Clients can publish platform events, but not change events.</summary>
    public bool CanPublish => Members.All(member => !member.HasHeader);

    /// <summary>Empty for a channel.</summary>
    public string SchemaId => IsChannel ? "" : Members[0].Id;
}

/// <summary>The org's events: their schemas, and the topics that they are delivered on.</summary>
internal sealed class EventCatalog
{
    private readonly Dictionary<string, EventSchema> _byObjectType;
    private readonly Dictionary<string, EventSchema> _byId;
    private readonly Dictionary<string, Topic> _topics;

    public EventCatalog(Schema schema)
    {
        _byObjectType = ChangeEventSchemas.Captured.ToDictionary(name => name, name => ChangeEventSchemas.Of(schema[name]));
        var changes = _byObjectType.Values.ToList();
        var platform = PlatformEventSchemas.Types.ToDictionary(type => type.Name, PlatformEventSchemas.Of);
        foreach (var (name, events) in platform)
        {
            _byObjectType.Add(name, events);
        }

        _byId = _byObjectType.Values.ToDictionary(events => events.Id);
        _topics = new Topic[]
        {
            new("/data/ChangeEvents", changes, IsChannel: true),
            new("/data/Sales__chn", [_byObjectType["Account"], _byObjectType["Opportunity"]], IsChannel: true),
            new("/event/Orders__chn", [.. platform.Values], IsChannel: true),
        }
        .Concat(changes.Select(events => new Topic($"/data/{events.Name}", [events], IsChannel: false)))
        .Concat(platform.Values.Select(events => new Topic($"/event/{events.Name}", [events], IsChannel: false)))
        .ToDictionary(topic => topic.Name);
    }

    public Topic? FindTopic(string name) => _topics.GetValueOrDefault(name);

    public EventSchema? FindSchema(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The schema of an sObject's change events, or of a platform event; <see langword="null"/> if the sObject has no events.</summary>
    public EventSchema? FindByObjectType(string name) => _byObjectType.GetValueOrDefault(name);
}
