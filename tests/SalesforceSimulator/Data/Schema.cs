namespace SalesforceSimulator.Data;

/// <summary>All sObjects of the org.</summary>
internal sealed class Schema
{
    private readonly Dictionary<string, ObjectType> _byName;
    private readonly Dictionary<string, ObjectType> _byPrefix;

    public Schema(IReadOnlyList<ObjectType> types)
    {
        Types = types;
        _byName = types.ToDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);
        _byPrefix = types.ToDictionary(type => type.KeyPrefix);
        foreach (var type in types)
        {
            type.Children = [..
                from child in types
                from field in child.Fields
                where field.ReferenceTo == type.Name
                select new ChildRelationship(child, field)];
        }
    }

    public IReadOnlyList<ObjectType> Types { get; }

    public ObjectType this[string name] => _byName[name];

    public ObjectType? Find(string name) => _byName.GetValueOrDefault(name);

    public ObjectType? FindByPrefix(string prefix) => _byPrefix.GetValueOrDefault(prefix);
}
