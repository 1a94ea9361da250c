using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Soql;

/// <summary>The context of a query: its text, the records, the current day, and whether deleted records are included.</summary>
internal sealed record QueryContext(SoqlSource Source, Store Store, DateOnly Today, bool IncludeDeleted)
{
    /// <summary>The records that are visible to the query.</summary>
    public IEnumerable<int> Ordinals(ObjectType type) => Store[type].Ordinals(IncludeDeleted);

    public Record Record(ObjectType type, int ordinal) => Store[type].Get(ordinal)!;
}

/// <summary>A field path bound to the schema: the references to follow, then the field.</summary>
internal sealed record BoundField(IReadOnlyList<Field> References, Field Field)
{
    public object? Read(Store store, Record record)
    {
        var at = record;
        foreach (var reference in References)
        {
            if (store.Follow(at, reference) is not { } next)
            {
                return null;
            }

            at = next;
        }

        return at[Field];
    }
}

/// <summary>Binds the names of one query level to the schema.</summary>
internal sealed class FieldBinder(QueryContext context, ObjectType type, Name? alias)
{
    /// <summary>The maximum number of references in a path.</summary>
    private const int DeepestPath = 5;

    /// <exception cref="ApiException">INVALID_FIELD: a name in the path is not in the schema.</exception>
    public BoundField Bind(FieldPath path)
    {
        var (references, last) = Follow(path);
        var owner = references.Count == 0 ? type : context.Store.Schema[references[^1].ReferenceTo!];
        var field = owner.FindField(last.Text)
            ?? throw context.Source.Error("INVALID_FIELD", last.At, Errors.UnknownColumn(last.Text, owner));
        return new BoundField(references, field);
    }

    /// <summary>Binds an operand, which must be a field here.</summary>
    public BoundField Bind(Operand operand) => operand is FieldOperand { Path: var path }
        ? Bind(path)
        : throw SoqlSource.Unsupported($"the function {((FunctionOperand)operand).Function.Text} here");

    /// <summary>Binds an operand, to read it from records.</summary>
    public BoundOperand<Record> BindOperand(Operand operand)
    {
        var field = Bind(operand);
        return new BoundOperand<Record>(field.Field, record => field.Read(context.Store, record));
    }

    private (IReadOnlyList<Field> References, Name Last) Follow(FieldPath path)
    {
        var parts = path.Parts;
        if (parts.Count > 1 && IsThisLevel(parts[0]))
        {
            parts = [.. parts.Skip(1)];
        }

        if (parts.Count - 1 > DeepestPath)
        {
            throw context.Source.Malformed(path.At, $"A path may follow at most {DeepestPath} relationships");
        }

        List<Field> references = [];
        var at = type;
        foreach (var part in parts.SkipLast(1))
        {
            var reference = at.FindParent(part.Text)
                ?? throw context.Source.Error("INVALID_FIELD", part.At, Errors.UnknownRelationship(part.Text, "field path"));
            references.Add(reference);
            at = context.Store.Schema[reference.ReferenceTo!];
        }

        return (references, parts[^1]);
    }

    private bool IsThisLevel(Name name) =>
        string.Equals(name.Text, alias?.Text, StringComparison.OrdinalIgnoreCase)
        || (string.Equals(name.Text, type.Name, StringComparison.OrdinalIgnoreCase) && type.FindParent(name.Text) is null);
}
