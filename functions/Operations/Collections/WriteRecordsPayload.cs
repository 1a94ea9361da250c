using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Collections;

/// <summary>What the payloads that write many records have in common.</summary>
public abstract record WriteRecordsPayload : Payload, IWrite
{
    /// <summary>The sObject of the records that do not name it themselves, as <c>attributes.type</c>.</summary>
    [Field(Id = "objectType.records", Hint = "Of the records that do not name theirs, as <code>attributes: {type: \"Contact\"}</code>.")]
    public SObjectName? ObjectType { get; init; }

    public required RecordList Records { get; init; }

    /// <summary>
    /// Whether none is written if one cannot be. It holds within one call, so that it goes with up to 200 records and up to
    /// 10 changes of sObject from one to the next.
    /// </summary>
    [Field(Hint = "None is written if one cannot be. Up to 200 records.", Group = FormGroup.Options)]
    public bool? AllOrNone { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    /// <summary>The call that writes some of the records, but for these.</summary>
    internal abstract SalesforceRequest Call { get; }

    internal Collection ToCollection()
    {
        var call = Call with { Headers = WriteHeaders.Of(this) };
        return new Collection(
            Records.Count,
            TypeOf,
            places => call with { Body = Records.ToBody(places, ObjectType, AllOrNone == true) },
            AllOrNone == true)
        {
            KeyOf = KeyOf,
        };
    }

    /// <summary>The id that a record is written by, in a form in which equal ones are equal.</summary>
    internal virtual string? KeyOf(int place) => null;

    internal override void Validate()
    {
        base.Validate();
        if (ObjectType is null && Enumerable.Range(0, Records.Count).Where(i => Records.TypeOf(i) is null).Select(i => (int?)i).FirstOrDefault() is { } nameless)
        {
            throw new InvalidPayloadException(
                ErrorCodes.MissingMember, $"records[{nameless}].attributes.type", "is required, as there is no objectType for all records");
        }

        ToCollection().Validate();
    }

    private string TypeOf(int place) => Records.TypeOf(place) ?? ObjectType!.ToString();
}
