using SalesforceSimulator.Data;

namespace SalesforceSimulator.Soql;

/// <summary>A member of a record in a reply.</summary>
internal abstract class Column(string name)
{
    public string Name { get; } = name;
}

internal sealed class FieldColumn(Field field) : Column(field.Name)
{
    public Field Field { get; } = field;
}

/// <summary>A referenced record, with its selected columns.</summary>
internal sealed class ParentColumn(Field reference) : Column(reference.RelationshipName!)
{
    public Field Reference { get; } = reference;

    public List<Column> Columns { get; } = [];
}

/// <summary>The records that reference this one, as a nested query result.</summary>
internal sealed class ChildColumn(Field reference, RecordQuery query) : Column(reference.ChildRelationshipName!)
{
    public Field Reference { get; } = reference;

    public RecordQuery Query { get; } = query;
}

internal static class Columns
{
    /// <summary>Every field of the sObject.</summary>
    public static List<Column> All(ObjectType type) => [.. type.Fields.Select(field => new FieldColumn(field))];

    /// <summary>Adds a field within the parents in its path. Each parent is written once, at its first occurrence.</summary>
    public static void Add(List<Column> columns, BoundField path)
    {
        var level = columns;
        foreach (var reference in path.References)
        {
            var parent = level.OfType<ParentColumn>().FirstOrDefault(column => column.Reference == reference);
            if (parent is null)
            {
                parent = new ParentColumn(reference);
                level.Add(parent);
            }

            level = parent.Columns;
        }

        if (!level.OfType<FieldColumn>().Any(column => column.Field.Name == path.Field.Name))
        {
            level.Add(new FieldColumn(path.Field));
        }
    }
}
