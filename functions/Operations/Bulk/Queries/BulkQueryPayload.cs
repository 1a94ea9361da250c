using System.ComponentModel.DataAnnotations;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Soql;

namespace SalesforceConnector.Operations.Bulk.Queries;

/// <summary>One SOQL query whose records, as many as there are, go to a blob.</summary>
[Example("""{"soqlQuery": "SELECT Id, Name, Industry FROM Account"}""")]
[Example(
    """
    {
      "soqlQuery": "SELECT Id, Name, Owner.Name FROM Account WHERE CreatedDate >= :since",
      "soqlParameters": {"since": {"dateTime": "2026-11-24T10:00:00+01:00"}},
      "format": "jsonl"
    }
    """)]
public sealed record BulkQueryPayload : Payload
{
    /// <summary>
    /// Up to 100,000 characters. Each <c>:name</c> outside a string literal is a placeholder for the value of that name in
    /// <see cref="SoqlParameters"/>. The Bulk API refuses GROUP BY, aggregate functions, OFFSET, TYPEOF, FIELDS(), child
    /// subqueries and compound fields.
    /// </summary>
    [Field(
        "SOQL query",
        Id = "soqlQuery.bulk",
        Hint = "Without GROUP BY, aggregate functions, OFFSET, TYPEOF, FIELDS(), child subqueries and compound fields. Pass untrusted values as parameters.",
        Placeholder = "SELECT Id, Name FROM Account",
        Multiline = true)]
    [StringLength(100_000, MinimumLength = 1)]
    public required string SoqlQuery { get; init; }

    /// <summary>Values of the query's placeholders.</summary>
    [Field("SOQL parameters", Hint = "Values of the query's placeholders, such as <code>{number: customer.number}</code>.", Id = "soqlParameters.bulk")]
    public BindParameters? SoqlParameters { get; init; }

    /// <summary>How the records are stored. If absent, <c>csv</c>.</summary>
    [Field(Id = "format.bulk", Hint = "csv, or jsonl: one JSON object on each line, whose values are texts or null.", Group = FormGroup.Options)]
    public BulkFormat? Format { get; init; }

    /// <summary>Whether to include deleted and archived records.</summary>
    [Field(Id = "includeDeleted.bulk", Hint = "Includes deleted and archived records.", Group = FormGroup.Options)]
    public bool? IncludeDeleted { get; init; }

    internal override Repetition Repetition => Repetition.Resumable;

    /// <summary>The query with its values bound.</summary>
    internal string Text => field ??= Soql.Bind(SoqlQuery, SoqlParameters);

    /// <summary><see cref="Format"/>, or what it is if absent.</summary>
    internal BulkFormat Stored => Format ?? BulkFormat.Csv;

    internal override void Validate()
    {
        base.Validate();
        if (string.IsNullOrWhiteSpace(SoqlQuery))
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "soqlQuery", "must be a SOQL query, and not blank");
        }

        if (BulkSoql.FindRefused(Text) is { Count: > 0 } refused)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, "soqlQuery", $"must not have {string.Join(", ", refused)}: the Bulk API refuses that; the operation Query takes it");
        }
    }
}
