using SalesforceSimulator.Data;
using static SalesforceSimulator.Data.FieldKinds;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>A platform event that the org defines.</summary>
/// <param name="KeyPrefix">The first characters of the id that a publish by REST returns.</param>
internal sealed record PlatformEventType(string Name, string KeyPrefix, IReadOnlyList<Field> Fields)
{
    public Field? FindField(string name) => Fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The org's platform events.</summary>
internal static class PlatformEventSchemas
{
    public static readonly IReadOnlyList<PlatformEventType> Types =
    [
        new("Order__e", "e00",
        [
            Text("Order_Number__c", 40),
            Number("Amount__c", FieldType.Double),
            Flag("Express__c"),
            new Field("Placed_At__c", FieldType.DateTime),
            Area("Notes__c"),
        ]),
        new("Shipment__e", "e01",
        [
            Text("Order_Number__c", 40),
            Text("Carrier__c", 80),
            Date("Due_Date__c"),
            Number("Parcels__c", FieldType.Double),
        ]),
    ];

    public static EventSchema Of(PlatformEventType type) => new(type.Name, hasHeader: false,
    [
        new ScalarField("CreatedDate", "CreatedDate:DateTime", AvroType.Long, Source: null) { Always = true },
        new ScalarField("CreatedById", "CreatedBy:EntityId", AvroType.String, Source: null) { Always = true },
        .. type.Fields.Select((field, i) =>
        {
            var (avro, doc) = ChangeEventSchemas.TypeOf(field);
            return new ScalarField(field.Name, $"{doc}:{RecordIds.Create("00N", i)[..15]}", avro, field);
        }),
    ]);
}
