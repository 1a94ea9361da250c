using SalesforceSimulator.Data;

namespace SalesforceSimulator.Bulk;

/// <summary>A column of uploaded CSV: a field, or a reference with the field that finds its record.</summary>
internal sealed record RowColumn(Field Field, ObjectType? ParentType = null, Field? ParentKey = null);

/// <summary>The columns of uploaded CSV, bound to the schema.</summary>
internal sealed class RowColumns
{
    private RowColumns(IReadOnlyList<string> names, IReadOnlyList<RowColumn> columns)
    {
        Names = names;
        Columns = columns;
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <exception cref="JobFailedException">A column has no field.</exception>
    public static RowColumns Bind(Schema schema, ObjectType type, string operation, IReadOnlyList<string> header)
    {
        RowColumn[] columns = [.. header.Select(name => Bind(schema, type, name) ?? throw new JobFailedException($"InvalidBatch : Field name not found : {name}"))];
        return operation is "delete" or "hardDelete" && columns is not [{ Field.Type: FieldType.Id }]
            ? throw new JobFailedException($"InvalidBatch : The '{operation}' batch must contain only ids.")
            : new RowColumns(header, columns);
    }

    // Account.External_Id__c, Owner.Email, and Lead:Who.External_Id__c if the reference can be to several sObjects.
    private static RowColumn? Bind(Schema schema, ObjectType type, string name)
    {
        if (name.Split('.') is not [var path, var key])
        {
            return type.FindField(name) is { } field ? new RowColumn(field) : null;
        }

        var parts = path.Split(':');
        if (parts.Length > 2 || type.FindParent(parts[^1]) is not { } reference)
        {
            return null;
        }

        if (parts.Length == 2 && reference.ReferenceTo is not null)
        {
            throw new JobFailedException($"InvalidBatch : type is not needed for non polymorphic foreign key references: {parts[1]}");
        }

        var parent = (reference.ReferenceTo ?? (parts.Length == 2 ? parts[0] : null)) is { } parentName ? schema.Find(parentName) : null;
        return parent?.FindField(key) is { FindsRecords: true } parentKey ? new RowColumn(reference, parent, parentKey) : null;
    }
}
