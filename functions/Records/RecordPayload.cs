using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Records;

/// <summary>What the payloads about one record have in common: its id, or an external id instead.</summary>
public abstract record RecordPayload : Payload
{
    public required SObjectName ObjectType { get; init; }

    public RecordId? ObjectId { get; init; }

    /// <summary>A field that is an external id, or otherwise indexed for lookups; with <see cref="ExternalId"/>, instead of <see cref="ObjectId"/>.</summary>
    public FieldName? ExternalIdField { get; init; }

    public ExternalId? ExternalId { get; init; }

    /// <summary>The record's path under <c>/services/data/{version}/</c>.</summary>
    internal string Path => ObjectId is { } id
        ? $"sobjects/{ObjectType}/{id}"
        : $"sobjects/{ObjectType}/{ExternalIdField}/{ExternalId!.Segment}";

    internal override void Validate()
    {
        base.Validate();
        if ((ObjectId, ExternalIdField, ExternalId) is not ((not null, null, null) or (null, not null, not null)))
        {
            throw ObjectId is not null
                ? new InvalidPayloadException(
                    ErrorCodes.InvalidMember, "externalIdField", "and externalId stand instead of objectId: give one way or the other")
                : new InvalidPayloadException(
                    ErrorCodes.MissingMember,
                    (ExternalIdField, ExternalId) switch
                    {
                        (not null, null) => "externalId",
                        (null, not null) => "externalIdField",
                        _ => "objectId",
                    },
                    "is required: a record is named by objectId, or by externalIdField and externalId");
        }
    }
}
