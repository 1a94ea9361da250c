using System.Globalization;

namespace SalesforceSimulator.Data;

/// <summary>A range of generated records. Only their common values are stored.</summary>
internal sealed record GeneratedRange(int First, int Count, string CreatedDate, string UserId, IReadOnlyList<string> AccountIds, string? Description)
{
    public bool Contains(int ordinal) => ordinal >= First && ordinal - First < Count;
}

/// <summary>A record whose values are computed from its index in the table on each read.</summary>
internal sealed class GeneratedRecord(ObjectType type, int ordinal, GeneratedRange range) : Record(type, ordinal)
{
    private const string ExternalIdPrefix = "FILL-";
    private const string EmailPrefix = "generated";
    private const string EmailSuffix = "@example.com";

    /// <summary>The index in the table of the generated record that has this value; −1 for a value that no generated record has.</summary>
    public static int OrdinalOf(Field field, string value) => field switch
    {
        { ExternalId: true, Unique: true } => NumberIn(value, ExternalIdPrefix, ""),
        { Type: FieldType.Email } => NumberIn(value, EmailPrefix, EmailSuffix),
        _ => -1,
    };

    private static int NumberIn(string value, string prefix, string suffix) =>
        value.Length > prefix.Length + suffix.Length
        && value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        && value.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
        && int.TryParse(value.AsSpan(prefix.Length, value.Length - prefix.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : -1;

    protected override object? Read(Field field) => field switch
    {
        { Name: "CreatedDate" or "LastModifiedDate" or "SystemModstamp" } => range.CreatedDate,
        { ReferenceTo: "User", RelationshipName: not "Manager" } => range.UserId,
        { ReferenceTo: "Account", RelationshipName: not "Parent" } when range.AccountIds.Count > 0 => range.AccountIds[Ordinal % range.AccountIds.Count],
        { Name: "Description" } => range.Description,
        { ExternalId: true, Unique: true } => string.Create(CultureInfo.InvariantCulture, $"{ExternalIdPrefix}{Ordinal}"),
        { Type: FieldType.Email } => string.Create(CultureInfo.InvariantCulture, $"{EmailPrefix}{Ordinal}{EmailSuffix}"),
        { Type: FieldType.Int or FieldType.Currency or FieldType.Double } => JsonNumber.From(Ordinal),
        { Picklist: { Count: > 0 } values } => values[Ordinal % values.Count],
        { Type: FieldType.Date, Required: true } => range.CreatedDate[..10],
        { Type: FieldType.String, Required: true } => string.Create(CultureInfo.InvariantCulture, $"Generated {Type.Label} {Ordinal}"),
        _ => field.Default,
    };
}
