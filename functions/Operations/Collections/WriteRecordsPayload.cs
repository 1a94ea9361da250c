using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Salesforce.Client.Requests;

namespace SalesforceConnector.Operations.Collections;

/// <summary>The common members of payloads that write many records.</summary>
public abstract record WriteRecordsPayload : Payload, IHasWriteOptions
{
    /// <summary>The sObject of the records without <c>attributes.type</c>.</summary>
    [Field(Id = "objectType.records", Hint = "For records without their own, as in <code>attributes: {type: \"Contact\"}</code>.")]
    public SObjectName? ObjectType { get; init; }

    public required RecordList Records { get; init; }

    /// <summary>
    /// Whether no record is written if one fails. It applies to a single call to Salesforce: at most 200 records with at most
    /// 10 changes of sObject.
    /// </summary>
    [Field(Hint = "Rolls back all records if one fails. Up to 200 records.", Group = FormGroup.Options)]
    public bool? AllOrNone { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    /// <summary>The call's method and path, without records.</summary>
    internal abstract SalesforceRequest Call { get; }

    internal Collection ToCollection()
    {
        var call = Call with { Headers = WriteOptionHeaders.From(this) };
        return new Collection(
            Records.Count,
            TypeOf,
            places => call with { Body = Records.ToBody(places, ObjectType, AllOrNone == true) },
            AllOrNone == true)
        {
            KeyOf = KeyOf,
        };
    }

    /// <summary>The key that the record at an index is written by, normalized so that equal keys are equal texts.</summary>
    internal virtual string? KeyOf(int place) => null;

    internal override void Validate()
    {
        base.Validate();
        if (ObjectType is null && Enumerable.Range(0, Records.Count).Where(i => Records.TypeOf(i) is null).Select(i => (int?)i).FirstOrDefault() is { } nameless)
        {
            throw new InvalidPayloadException(
                ErrorCodes.MissingMember, $"records[{nameless}].attributes.type", "is required if the payload has no objectType");
        }

        ToCollection().Validate();
    }

    private string TypeOf(int place) => Records.TypeOf(place) ?? ObjectType!.ToString();
}
