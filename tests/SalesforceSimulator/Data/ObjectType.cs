namespace SalesforceSimulator.Data;

/// <summary>A to-many relationship, from the side of the referenced sObject.</summary>
internal sealed record ChildRelationship(ObjectType Child, Field Field);

/// <summary>An sObject: its names, the prefix of its ids, and its fields.</summary>
internal sealed class ObjectType
{
    private static readonly string[] NameFields = ["Name", "Title", "CaseNumber", "Id"];

    // A stored record has one bit for each field.
    private const int MostFields = 64;

    private readonly Dictionary<string, Field> _fields;
    private readonly Dictionary<string, int> _indexes;
    private readonly Dictionary<string, Field> _parents;

    public ObjectType(string name, string label, string plural, string keyPrefix, IReadOnlyList<Field> fields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fields.Count, MostFields);
        Name = name;
        Label = label;
        Plural = plural;
        KeyPrefix = keyPrefix;
        Fields = fields;
        _fields = fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
        _indexes = fields.Index().ToDictionary(field => field.Item.Name, field => field.Index);
        _parents = fields.Where(field => field.RelationshipName is not null)
            .ToDictionary(field => field.RelationshipName!, StringComparer.OrdinalIgnoreCase);
        NameField = NameFields.Select(candidate => _fields.GetValueOrDefault(candidate)).First(field => field is not null)!;
    }

    public string Name { get; }

    public string Label { get; }

    public string Plural { get; }

    /// <summary>The first three characters of the sObject's record ids.</summary>
    public string KeyPrefix { get; }

    /// <summary>The fields, in the order in which a record is written.</summary>
    public IReadOnlyList<Field> Fields { get; }

    public Field NameField { get; }

    /// <summary>The calls that the sObject's reference page does not list: <c>create</c>, <c>update</c>, <c>delete</c>.</summary>
    public IReadOnlyList<string> Unsupported { get; init; } = [];

    public bool IsCustom => Name.EndsWith("__c", StringComparison.Ordinal);

    /// <summary>The to-many relationships; set after all sObjects are created.</summary>
    public IReadOnlyList<ChildRelationship> Children { get; internal set; } = [];

    public Field this[string name] => _fields[name];

    public Field? FindField(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The position of a field of this sObject in <see cref="Fields"/>; −1 for another sObject's.</summary>
    public int IndexOf(Field field) => _indexes.GetValueOrDefault(field.Name, -1);

    /// <summary>Finds the reference field with a relationship name.</summary>
    public Field? FindParent(string relationshipName) => _parents.GetValueOrDefault(relationshipName);

    public ChildRelationship? FindChild(string relationshipName) => Children.FirstOrDefault(child =>
        string.Equals(child.Field.ChildRelationshipName, relationshipName, StringComparison.OrdinalIgnoreCase));
}
