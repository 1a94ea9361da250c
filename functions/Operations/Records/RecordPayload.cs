using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Operations.Records;

/// <summary>The common members of payloads about one record: its id, or an external id.</summary>
[Choice("recordBy", "Record named by", "objectId", "Salesforce object ID", "externalId", "External ID")]
[Schema("""{ "dependentRequired": { "externalIdField": ["externalId"], "externalId": ["externalIdField"] } }""")]
public abstract record RecordPayload : Payload
{
    private const int FirstVersionWithUpsertBody = 46;
    private const int FirstVersionWithUpdateOnly = 61;

    public required SObjectName ObjectType { get; init; }

    /// <summary>A record id of 15 or 18 characters. Either this or <see cref="ExternalIdField"/> and <see cref="ExternalId"/> is required.</summary>
    [Field(When = "recordBy", Is = "objectId", Asked = true)]
    public RecordId? ObjectId { get; init; }

    /// <summary>
    /// The API name of an external id field, or of another field indexed for lookups. Use it with <see cref="ExternalId"/>,
    /// instead of <see cref="ObjectId"/>.
    /// </summary>
    [Field(
        "External ID field",
        Id = "externalIdField.record",
        Hint = "The field that identifies the record.",
        When = "recordBy",
        Is = "externalId",
        Asked = true)]
    public FieldName? ExternalIdField { get; init; }

    [Field(Id = "externalId.record", When = "recordBy", Is = "externalId", Asked = true)]
    public ExternalId? ExternalId { get; init; }

    /// <summary>The record's path below <c>/services/data/{version}/</c>.</summary>
    internal string Path => ObjectId is { } id
        ? $"sobjects/{ObjectType}/{id}"
        : $"sobjects/{ObjectType}/{ExternalIdField}/{ExternalId!.Segment}";

    /// <summary>The forms of an upsert's reply: up to v45.0, an update has no body.</summary>
    internal static ReplyForms UpsertForms(ApiVersion version) =>
        version.Number < FirstVersionWithUpsertBody ? ReplyForms.JsonObject | ReplyForms.Empty : ReplyForms.JsonObject;

    /// <summary>Checks that the API version supports <c>updateOnly</c>.</summary>
    /// <param name="member">The member that requires it.</param>
    /// <exception cref="InvalidPayloadException">It does not, and Salesforce would create a missing record.</exception>
    internal static void RequireUpdateOnly(string member, ApiVersion version)
    {
        if (version.Number < FirstVersionWithUpdateOnly)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember,
                "apiVersion",
                $"must be v{FirstVersionWithUpdateOnly}.0 or later with {member}: before that, Salesforce creates a missing record; the version is {version}");
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
                    ErrorCodes.InvalidMember, "externalIdField", "and externalId replace objectId: send either the one or the others")
                : new InvalidPayloadException(
                    ErrorCodes.MissingMember,
                    (ExternalIdField, ExternalId) switch
                    {
                        (not null, null) => "externalId",
                        (null, not null) => "externalIdField",
                        _ => "objectId",
                    },
                    "is required: identify the record by objectId, or by externalIdField and externalId");
        }
    }
}
