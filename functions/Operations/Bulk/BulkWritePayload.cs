using System.Text;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bulk.Rows;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>Rows of one sObject to write with Bulk API 2.0: as records, as CSV, or as a blob of any size.</summary>
[Example(
    """
    {
      "objectType": "Account",
      "operation": "insert",
      "records": [{"Name": "Acme", "NumberOfEmployees": 12}, {"Name": "Express Logistics", "Phone": null}]
    }
    """)]
[Example(
    """
    {
      "objectType": "Account",
      "operation": "upsert",
      "externalIdField": "External_Id__c",
      "csv": "External_Id__c,Name\norder/4711,Express Logistics\norder/4712,Acme\n"
    }
    """)]
[Choice("rows", "Rows", "records", "Records", "csv", "CSV text", "source", "Blob")]
public sealed record BulkWritePayload : Payload
{
    [Field(Id = "objectType.bulk")]
    public required SObjectName ObjectType { get; init; }

    [Field(Id = "bulkOperation")]
    public required BulkOperation Operation { get; init; }

    /// <summary>With <c>upsert</c>: the API name of the external id field, which is one of the columns.</summary>
    [Field("External ID field", Id = "externalIdField.bulk", Hint = "For upsert: the field that identifies a record.")]
    public FieldName? ExternalIdField { get; init; }

    /// <summary>
    /// Records as JSON objects. A null clears the field; an empty text and an absent member leave it as it is. A parent is named
    /// by an external id: <c>{"Account": {"External_Id__c": "4711"}}</c> or <c>{"Account.External_Id__c": "4711"}</c>.
    /// </summary>
    [Field(
        Id = "records.bulk",
        Hint = "A list, such as <code>for c in customers return {Name: c.name}</code>. A null clears the field.",
        When = "rows",
        Is = "records",
        Asked = true)]
    public BulkRecords? Records { get; init; }

    /// <summary>
    /// CSV with a header row of field names, sent as it is. An empty value leaves the field as it is; <c>#N/A</c> clears it.
    /// The delimiter (comma, tab, |, ;, ^ or `) and the line ending (LF or CRLF) are those of the header row.
    /// </summary>
    [Field("CSV", Hint = "With a header row of field names. #N/A clears a field.", When = "rows", Is = "csv", Asked = true, Multiline = true)]
    public string? Csv { get; init; }

    [Field(When = "rows", Is = "source", Asked = true)]
    public BulkSource? Source { get; init; }

    /// <summary>The id of an assignment rule for Cases and Leads.</summary>
    [Field("Assignment rule", Id = "assignmentRule.bulk", Hint = "For Cases and Leads: the ID of an assignment rule.", Group = FormGroup.Options)]
    public RecordId? AssignmentRule { get; init; }

    /// <summary>Whether the rows that were written are stored too, with their ids: a CSV that <c>successfulResults</c> names.</summary>
    [Field("Store successful rows", Hint = "Stores the rows that were written too, with their IDs.", Group = FormGroup.Options)]
    public bool? StoreSuccessful { get; init; }

    internal override Repetition Repetition => Repetition.Resumable;

    internal override void Validate()
    {
        base.Validate();
        if (Operation.IsUpsert != ExternalIdField is not null)
        {
            throw Operation.IsUpsert
                ? new InvalidPayloadException(ErrorCodes.MissingMember, "externalIdField", "is required for an upsert")
                : new InvalidPayloadException(ErrorCodes.InvalidMember, "externalIdField", $"goes with the operation \"upsert\" only; the operation is \"{Operation}\"");
        }

        (string Name, object? Value)[] rows = [("records", Records), ("csv", Csv), ("source", Source)];
        var given = rows.Where(way => way.Value is not null).Select(way => way.Name).ToArray();
        if (given.Length != 1)
        {
            throw given.Length == 0
                ? new InvalidPayloadException(ErrorCodes.MissingMember, "records", "is required: the rows are given as records, as csv, or by source, a blob")
                : new InvalidPayloadException(ErrorCodes.InvalidMember, given[^1], $"does not go together with {given[0]}: give one");
        }

        if (Csv is not null)
        {
            CheckColumns(CsvHeader.Read(Encoding.UTF8.GetBytes(Csv), "csv").Columns, "csv");
        }

        if (Records is not null)
        {
            CheckColumns(new JsonParts(ObjectType.ToString(), "records").Survey(Records.Lines).Columns, "records");
        }
    }

    /// <summary>Checks that the columns fit the operation.</summary>
    /// <exception cref="InvalidPayloadException">The operation needs another column, or takes no other.</exception>
    internal void CheckColumns(IReadOnlyList<string> columns, string member)
    {
        const string Id = nameof(Id);
        if (Operation.IsDelete && !(columns is [var only] && IsNamed(only, Id)))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, member, $"must have the one column {Id}, as the operation is \"{Operation}\"; it has {Quoted(columns)}");
        }

        if ((Operation.IsUpdate ? Id : ExternalIdField?.ToString()) is { } needed && !columns.Any(column => IsNamed(column, needed)))
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, member, $"must have the column {needed}, as the operation is \"{Operation}\"; it has {Quoted(columns)}");
        }
    }

    private static bool IsNamed(string column, string name) => column.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Quoted(IReadOnlyList<string> columns)
    {
        const int Most = 10;
        return string.Join(", ", columns.Take(Most)) + (columns.Count > Most ? " …" : "");
    }
}
