using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Operations.Records;

/// <summary>What the payloads about one record have in common: its id, or an external id instead.</summary>
[Choice("recordBy", "Record named by", "objectId", "Salesforce object ID", "externalId", "External ID")]
[Schema("""{ "dependentRequired": { "externalIdField": ["externalId"], "externalId": ["externalIdField"] } }""")]
public abstract record RecordPayload : Payload
{
    private const int FirstVersionWithUpsertBody = 46;
    private const int FirstVersionWithUpdateOnly = 61;

    public required SObjectName ObjectType { get; init; }

    /// <summary>A record id of 15 or 18 characters. Or <see cref="ExternalIdField"/> and <see cref="ExternalId"/>, one way or the other.</summary>
    [Field(When = "recordBy", Is = "objectId", Asked = true)]
    public RecordId? ObjectId { get; init; }

    /// <summary>
    /// With <see cref="ExternalId"/>, instead of <see cref="ObjectId"/>: a field that is an external id, or otherwise
    /// indexed for lookups.
    /// </summary>
    [Field(
        "External ID field",
        Id = "externalIdField.record",
        Hint = "The field that the record is found by.",
        When = "recordBy",
        Is = "externalId",
        Asked = true)]
    public FieldName? ExternalIdField { get; init; }

    [Field(Id = "externalId.record", When = "recordBy", Is = "externalId", Asked = true)]
    public ExternalId? ExternalId { get; init; }

    /// <summary>The record's path under <c>/services/data/{version}/</c>.</summary>
    internal string Path => ObjectId is { } id
        ? $"sobjects/{ObjectType}/{id}"
        : $"sobjects/{ObjectType}/{ExternalIdField}/{ExternalId!.Segment}";

    /// <summary>What the reply to an upsert has for a body: up to v45.0, an update has none.</summary>
    internal static ReplyForms UpsertForms(ApiVersion version) =>
        version.Number < FirstVersionWithUpsertBody ? ReplyForms.JsonObject | ReplyForms.Empty : ReplyForms.JsonObject;

    /// <summary>Checks that Salesforce knows <c>updateOnly</c>.</summary>
    /// <param name="member">What asks for it.</param>
    /// <exception cref="InvalidPayloadException">It does not, and would create what it does not find.</exception>
    internal static void RequireUpdateOnly(string member, ApiVersion version)
    {
        if (version.Number < FirstVersionWithUpdateOnly)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "apiVersion",
                $"must be v{FirstVersionWithUpdateOnly}.0 or later with {member}: below, Salesforce creates the record that it does not find; the version is {version}");
        }
    }

    internal override void Validate(ApiVersion version)
    {
        base.Validate(version);
        ExternalId?.Validate("externalId", version);
    }

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
