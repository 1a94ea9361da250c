namespace SalesforceSimulator.Data;

/// <summary>Creates the fields of an sObject.</summary>
internal static class FieldKinds
{
    private const int LongText = 32_000;

    public static Field Text(string name, int length, string? label = null) =>
        new(name, FieldType.String) { Length = length, Label = label ?? name };

    public static Field Required(Field field) => field with { Required = true };

    public static Field Area(string name, int length = LongText, string? label = null) =>
        new(name, FieldType.TextArea) { Length = length, Label = label ?? name };

    public static Field Email(string name = "Email") => new(name, FieldType.Email) { Length = 80 };

    public static Field Phone(string name = "Phone") => new(name, FieldType.Phone) { Length = 40 };

    public static Field Picklist(string name, params string[] values) =>
        new(name, FieldType.Picklist) { Length = 255, Picklist = values };

    public static Field Flag(string name, bool start = false) => new(name, FieldType.Boolean) { Default = start };

    public static Field Number(string name, FieldType type) => new(name, type);

    public static Field Date(string name, string? label = null) => new(name, FieldType.Date) { Label = label ?? name };

    public static Field Time(string name, string? label = null) => new(name, FieldType.Time) { Label = label ?? name };

    /// <summary>A unique external id.</summary>
    public static Field ExternalId() =>
        new("External_Id__c", FieldType.String) { Length = 80, Label = "External Id", ExternalId = true, Unique = true };

    /// <summary>An external id that is not unique, for replies with status 300.</summary>
    public static Field SharedExternalId() =>
        new("Legacy_Code__c", FieldType.String) { Length = 40, Label = "Legacy Code", ExternalId = true };

    public static Field Reference(string name, string to, string relationship, string? children = null, bool cascade = false, string? label = null) =>
        new(name, FieldType.Reference)
        {
            Length = 18,
            Label = label ?? $"{relationship} ID",
            ReferenceTo = to,
            RelationshipName = relationship,
            ChildRelationshipName = children,
            CascadeDelete = cascade,
        };

    public static Field Formula(string name, FieldType type, Func<Record, object?> formula, int length = 0) =>
        new(name, type) { Formula = formula, Length = length, Createable = false, Updateable = false };

    /// <summary>A person's name, which Salesforce composes from its two parts.</summary>
    public static Field FullName() => Formula("Name", FieldType.String, record =>
        record["FirstName"] is string first ? $"{first} {record["LastName"]}" : record["LastName"], length: 121);

    /// <summary>The id, the given fields, and then the fields that all sObjects have.</summary>
    public static IReadOnlyList<Field> WithSystemFields(bool owner, params IEnumerable<Field> fields) =>
    [
        ReadOnly(new Field("Id", FieldType.Id) { Length = 18 }),
        ReadOnly(Flag("IsDeleted")),
        .. fields,
        .. owner ? [Reference("OwnerId", "User", "Owner")] : Array.Empty<Field>(),
        ReadOnly(new Field("CreatedDate", FieldType.DateTime)),
        ReadOnly(Reference("CreatedById", "User", "CreatedBy")),
        ReadOnly(new Field("LastModifiedDate", FieldType.DateTime)),
        ReadOnly(Reference("LastModifiedById", "User", "LastModifiedBy")),
        ReadOnly(new Field("SystemModstamp", FieldType.DateTime)),
    ];

    public static Field ReadOnly(Field field) => field with { Createable = false, Updateable = false };
}
