using SalesforceSimulator.Data;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>Makes the schemas of change events from sObjects.</summary>
/// <remarks>Change Data Capture Developer Guide, "Change Event Message Structure" and "Get Compound Fields in Change Events".</remarks>
internal static class ChangeEventSchemas
{
    /// <summary>The sObjects that Change Data Capture is switched on for.</summary>
    public static readonly string[] Captured = ["Account", "Contact", "Opportunity", "Lead", "Case", "User", "Invoice__c"];

    private static readonly string[] Excluded = ["Id", "IsDeleted", "SystemModstamp"];

    // For each sObject, the beginning of the names of an address's fields.
    private static readonly Dictionary<string, (string Prefix, string Name)> Addresses = new()
    {
        ["Account"] = ("Billing", "BillingAddress"),
        ["Contact"] = ("Mailing", "MailingAddress"),
        ["Lead"] = ("", "Address"),
    };

    private static readonly string[] AddressParts = ["Street", "City", "State", "PostalCode", "Country"];

    /// <summary>The name of an sObject's change event: <c>AccountChangeEvent</c>, <c>Invoice__ChangeEvent</c>.</summary>
    public static string NameOf(string objectType) =>
        $"{(objectType.EndsWith("__c", StringComparison.Ordinal) ? objectType[..^1] : objectType)}ChangeEvent";

    public static EventSchema Of(ObjectType type)
    {
        // Salesforce puts custom fields last.
        var fields = type.Fields.Where(field => IsIncluded(type, field)).OrderBy(field => field.IsCustom);
        List<EventField> found = [];
        foreach (var field in fields)
        {
            if (CompoundOf(type, field) is not { } compound)
            {
                found.Add(Scalar(type, field));
            }
            else if (!found.Exists(other => other.Name == compound.Name))
            {
                found.Add(compound);
            }
        }

        return new EventSchema(NameOf(type.Name), hasHeader: true, found);
    }

    /// <summary>The Avro type of a field, and the last part of its <c>doc</c>.</summary>
    public static (AvroType Type, string Doc) TypeOf(Field field) => field.Type switch
    {
        FieldType.Reference => (AvroType.String, "ForeignKey:EntityId"),
        FieldType.Picklist => (AvroType.String, "Data:DynamicEnum"),
        FieldType.Boolean => (AvroType.Boolean, "Data:Boolean"),
        FieldType.Int => (AvroType.Int, "Data:Integer"),
        FieldType.Double => (AvroType.Double, "Data:Double"),
        FieldType.Currency => (AvroType.Double, "Data:Currency"),
        FieldType.Percent => (AvroType.Double, "Data:Percent"),
        FieldType.Date => (AvroType.Long, "Data:DateOnly"),
        FieldType.DateTime => (AvroType.Long, field.Name == "CreatedDate" ? "CreatedDate:DateTime" : "Data:DateTime"),
        FieldType.Time => (AvroType.Long, "Data:TimeOnly"),
        FieldType.Email => (AvroType.String, "Data:Email"),
        FieldType.Phone => (AvroType.String, "Data:Phone"),
        FieldType.Url => (AvroType.String, "Data:Url"),
        FieldType.TextArea when field.Length > Field.LongestFilterableText => (AvroType.String, "Data:StringPlusClob"),
        _ => (AvroType.String, "Data:Text"),
    };

    // An auto-number is a formula here, and a field in Salesforce.
    private static bool IsIncluded(ObjectType type, Field field) =>
        !Excluded.Contains(field.Name) && field.Type != FieldType.Base64
        && (field.Formula is null || (field == type.NameField && !HasPersonName(type)));

    private static bool HasPersonName(ObjectType type) => type.FindField("FirstName") is not null;

    private static CompoundField? CompoundOf(ObjectType type, Field field)
    {
        if (HasPersonName(type) && field.Name is "FirstName" or "LastName")
        {
            return new CompoundField("Name", "Data:PersonName", "PersonName",
                [Missing("Salutation"), Part("FirstName", type["FirstName"]), Part("LastName", type["LastName"])]);
        }

        if (Addresses.TryGetValue(type.Name, out var address)
            && field.Name.StartsWith(address.Prefix, StringComparison.Ordinal)
            && AddressParts.Contains(field.Name[address.Prefix.Length..]))
        {
            return new CompoundField(address.Name, "Data:Address", "Address",
            [
                .. AddressParts.Select(part => Part(part, type.FindField(address.Prefix + part))),
                Missing("StateCode"), Missing("CountryCode"),
                Missing("Latitude", AvroType.Double), Missing("Longitude", AvroType.Double), Missing("GeocodeAccuracy"),
            ]);
        }

        return null;
    }

    private static ScalarField Part(string name, Field? source) => new(name, "", AvroType.String, source);

    private static ScalarField Missing(string name, AvroType type = AvroType.String) => new(name, "", type, Source: null);

    private static ScalarField Scalar(ObjectType type, Field field)
    {
        var (avro, doc) = TypeOf(field);
        if (field.IsCustom)
        {
            doc = $"{doc}:{RecordIds.Create("00N", type.Fields.ToList().IndexOf(field))[..15]}";
        }

        return new ScalarField(field.Name, doc, avro, field);
    }
}
