using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Collections;

/// <summary>What the payloads that write many records have in common.</summary>
public abstract record WriteRecordsPayload : Payload, IWrite
{
    /// <summary>The sObject of the records that do not name it themselves, as <c>attributes.type</c>.</summary>
    public SObjectName? ObjectType { get; init; }

    public required RecordList Records { get; init; }

    /// <summary>Whether none is written if one cannot be. Salesforce promises it within one call, so that it goes with up to 200 records.</summary>
    public bool? AllOrNone { get; init; }

    public DuplicateRuleOptions? DuplicateRule { get; init; }

    public AssignmentRule? AssignmentRule { get; init; }

    internal Collection ToCollection(HttpMethod method, string path, bool isRepeatable)
    {
        var headers = WriteHeaders.Of(this);
        return new Collection(
            Records.Count,
            TypeOf,
            places => new SalesforceRequest(method, path, Records.ToBody(places, ObjectType, AllOrNone == true))
            {
                Headers = headers,
                IsRepeatable = isRepeatable,
            },
            AllOrNone == true);
    }

    internal override void Validate()
    {
        base.Validate();
        if (ObjectType is null && Enumerable.Range(0, Records.Count).Where(i => Records.TypeOf(i) is null).Select(i => (int?)i).FirstOrDefault() is { } nameless)
        {
            throw new InvalidPayloadException(
                ErrorCodes.MissingMember, $"records[{nameless}].attributes.type", "is required, as there is no objectType for all records");
        }

        ToCollection(HttpMethod.Post, CollectionWriter.Path, isRepeatable: false).Validate();
    }

    private string TypeOf(int place) => Records.TypeOf(place) ?? ObjectType!.ToString();
}
