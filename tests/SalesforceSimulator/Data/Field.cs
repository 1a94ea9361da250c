namespace SalesforceSimulator.Data;

/// <summary>The field types of a describe reply, with Salesforce's names.</summary>
internal enum FieldType
{
    Id,
    Reference,
    String,
    TextArea,
    Email,
    Phone,
    Url,
    Picklist,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,
    Time,
    Base64,
}

/// <summary>A validation rule of the org for one field.</summary>
/// <param name="IsViolatedBy">Whether the rule refuses a value.</param>
internal sealed record ValidationRule(Func<object, bool> IsViolatedBy, string Message);

/// <summary>One field of an sObject.</summary>
internal sealed record Field(string Name, FieldType Type)
{
    /// <summary>A longer text area cannot be filtered, sorted or grouped.</summary>
    public const int LongestFilterableText = 255;

    public string Label { get; init; } = Name;

    /// <summary>The maximum length of a text; 0 if the type has no length.</summary>
    public int Length { get; init; }

    /// <summary>Whether a create must set the field. A default makes it optional.</summary>
    public bool Required { get; init; }

    public bool Createable { get; init; } = true;

    public bool Updateable { get; init; } = true;

    public bool ExternalId { get; init; }

    public bool Unique { get; init; }

    /// <summary>Whether records are found by the field as by an external id, although it is none.</summary>
    public bool IdLookup { get; init; }

    /// <summary>Whether the org's duplicate rule compares records by the field.</summary>
    public bool MatchedByRule { get; init; }

    /// <summary>The org's validation rule for the field, if it has one.</summary>
    public ValidationRule? Rule { get; init; }

    /// <summary>The value that a create stores if it does not set the field.</summary>
    public object? Default { get; init; }

    public IReadOnlyList<string> Picklist { get; init; } = [];

    /// <summary>The sObject that a reference points to.</summary>
    public string? ReferenceTo { get; init; }

    /// <summary>The relationship's name on this side, such as <c>Owner</c> or <c>Account__r</c>.</summary>
    public string? RelationshipName { get; init; }

    /// <summary>The relationship's name on the other side, such as <c>Contacts</c>.</summary>
    public string? ChildRelationshipName { get; init; }

    /// <summary>Whether deleting the referenced record deletes this one.</summary>
    public bool CascadeDelete { get; init; }

    /// <summary>Computes the field from the others. Such a field is read-only.</summary>
    public Func<Record, object?>? Formula { get; init; }

    public bool IsCustom => Name.EndsWith("__c", StringComparison.Ordinal);

    public bool IsText => Type is FieldType.String or FieldType.TextArea or FieldType.Email or FieldType.Phone
        or FieldType.Url or FieldType.Picklist;

    public bool IsNumber => Type is FieldType.Int or FieldType.Double or FieldType.Currency or FieldType.Percent;

    public bool IsId => Type is FieldType.Id or FieldType.Reference;

    /// <summary>Whether a row of a bulk job can name a record by the field.</summary>
    public bool FindsRecords => ExternalId || IdLookup;

    public bool IsFilterable => Type != FieldType.Base64 && (Type != FieldType.TextArea || Length <= LongestFilterableText);
}
