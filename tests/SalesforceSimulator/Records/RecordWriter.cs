using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Files;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Records;

/// <summary>Creates, updates and deletes records by Salesforce's rules.</summary>
internal sealed class RecordWriter(ApiCall call)
{
    private readonly Store _store = call.Store;

    /// <exception cref="ApiException">A field is unknown, missing or invalid, or its value is not unique.</exception>
    public Record Create(ObjectType type, JsonElement fields, IReadOnlyDictionary<string, object?>? preset = null)
    {
        Require(type, "create");
        return Create(type, Read(type, fields, field => field.Createable).Concat(preset ?? new Dictionary<string, object?>()));
    }

    /// <param name="given">Values that the fields can have, of fields that a create can set.</param>
    /// <exception cref="ApiException">A field is missing, or a value is refused by a rule of the org.</exception>
    public Record Create(ObjectType type, IEnumerable<KeyValuePair<string, object?>> given)
    {
        Require(type, "create");
        Dictionary<string, object?> values = [];
        foreach (var field in type.Fields)
        {
            if ((field.Default is not null || field.Type == FieldType.Boolean) && field.Formula is null)
            {
                values[field.Name] = field.Default ?? false;
            }
        }

        if (type.FindField("OwnerId") is not null)
        {
            values["OwnerId"] = Org.UserId;
        }

        foreach (var (name, value) in given)
        {
            values[name] = value;
        }

        string[] missing = [.. type.Fields.Where(field => field.Required && values.GetValueOrDefault(field.Name) is null).Select(field => field.Name)];
        if (missing.Length > 0)
        {
            throw Errors.RequiredFieldMissing(missing);
        }

        CheckRules(type, values);
        CheckUnique(type, values, except: null);
        if (type.Name == "ContentVersion")
        {
            FileRecords.Prepare(call, type, values!);
        }

        CheckDuplicateRule(type, values);
        values["CreatedDate"] = values["LastModifiedDate"] = values["SystemModstamp"] = call.Org.Now;
        values["CreatedById"] = values["LastModifiedById"] = Org.UserId;
        return _store.Insert(type, values);
    }

    /// <exception cref="ApiException">A field is unknown or invalid, a required one is cleared, or a value is not unique.</exception>
    public void Update(Record record, JsonElement fields)
    {
        Require(record.Type, "update");
        Update(record, Read(record.Type, fields, field => field.Updateable));
    }

    /// <param name="changes">Values that the fields can have, of fields that an update can set.</param>
    /// <exception cref="ApiException">A required field is cleared, or a value is refused by a rule of the org.</exception>
    public void Update(Record record, Dictionary<string, object?> changes)
    {
        Require(record.Type, "update");
        string[] emptied = [.. changes.Where(change => change.Value is null && record.Type[change.Key].Required).Select(change => change.Key)];
        if (emptied.Length > 0)
        {
            throw Errors.RequiredFieldMissing(emptied);
        }

        CheckRules(record.Type, changes);
        CheckUnique(record.Type, changes, except: record);
        changes["LastModifiedDate"] = changes["SystemModstamp"] = call.Org.Now;
        changes["LastModifiedById"] = Org.UserId;
        _store.Put(record.With(changes));
    }

    /// <summary>Deletes a record and its dependent records.</summary>
    public void Delete(Record record)
    {
        Require(record.Type, "delete");
        DeleteWithDependents(record);
    }

    private void DeleteWithDependents(Record record)
    {
        foreach (var (child, field) in record.Type.Children.Where(child => child.Field.CascadeDelete))
        {
            foreach (var ordinal in _store[child].Ordinals(includeDeleted: false).ToList())
            {
                if (_store[child].Get(ordinal) is { } dependent && dependent[field] as string == record.Id)
                {
                    DeleteWithDependents(dependent);
                }
            }
        }

        var now = call.Org.Now;
        _store.Put(record.With(new Dictionary<string, object?> { ["IsDeleted"] = true, ["LastModifiedDate"] = now, ["SystemModstamp"] = now }));
    }

    private static void Require(ObjectType type, string supported)
    {
        if (type.Unsupported.Contains(supported))
        {
            throw new NotKnownException($"what Salesforce answers to the {supported} of {type.Name}, which its reference page does not list");
        }
    }

    private Dictionary<string, object?> Read(ObjectType type, JsonElement fields, Func<Field, bool> writable)
    {
        Dictionary<string, object?> values = [];
        List<string> refused = [];
        foreach (var member in fields.EnumerateObject())
        {
            if (member.NameEquals("attributes"))
            {
                continue;
            }

            if (member.Value.ValueKind == JsonValueKind.Object && type.FindParent(member.Name) is { } reference)
            {
                values[reference.Name] = FindByExternalId(reference, member.Value);
                continue;
            }

            var field = type.FindField(member.Name) ?? throw Errors.NoSuchColumn(member.Name, type);
            if (field.Type == FieldType.Id)
            {
                throw Errors.IdInBody();
            }

            if (!writable(field))
            {
                refused.Add(field.Name);
                continue;
            }

            var value = FieldInput.Read(_store, field, member.Value);
            values[field.Name] = value ?? (field.Type == FieldType.Boolean ? false : null);
        }

        return refused.Count == 0 ? values : throw Errors.NotWritable(refused);
    }

    /// <summary>Resolves a reference by an external id of the referenced record: <c>"Account":{"External_Id__c":"X"}</c>.</summary>
    private string FindByExternalId(Field reference, JsonElement named)
    {
        var type = _store.Schema[reference.ReferenceTo!];
        JsonProperty[] members = [.. named.EnumerateObject().Where(member => !member.NameEquals("attributes"))];
        if (members is not [{ Value.ValueKind: JsonValueKind.String } member]
            || type.FindField(member.Name) is not { ExternalId: true } field)
        {
            throw Errors.InvalidField($"{reference.RelationshipName} must name one external id field of {type.Name}");
        }

        return FindByExternalId(type, field, member.Value.GetString()!);
    }

    /// <exception cref="ApiException">INVALID_FIELD: not exactly one record has the value.</exception>
    public string FindByExternalId(ObjectType type, Field field, string value) =>
        _store[type].FindByValue(field, value) is [var found]
            ? found.Id
            : throw Errors.InvalidField($"Foreign key external ID: {value} not found for field {field.Name} in entity {type.Name}");

    private static void CheckRules(ObjectType type, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var field in type.Fields)
        {
            if (field.Rule is { } rule && values.GetValueOrDefault(field.Name) is { } value && rule.IsViolatedBy(value))
            {
                throw new ApiException(400, new ApiError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.Message, [field.Name]));
            }
        }
    }

    private void CheckUnique(ObjectType type, IReadOnlyDictionary<string, object?> values, Record? except)
    {
        foreach (var field in type.Fields.Where(field => field.Unique))
        {
            if (values.GetValueOrDefault(field.Name) is string value
                && _store[type].FindByValue(field, value).FirstOrDefault(other => other.Ordinal != except?.Ordinal) is { } taken)
            {
                throw Errors.Duplicate(field, taken);
            }
        }
    }

    // An assumption: the org has one duplicate rule, which matches leads by email and allows saving.
    private void CheckDuplicateRule(ObjectType type, IReadOnlyDictionary<string, object?> values)
    {
        if (type.Fields.FirstOrDefault(field => field.MatchedByRule) is not { } field
            || values.GetValueOrDefault(field.Name) is not string value
            || AllowsDuplicates())
        {
            return;
        }

        if (_store[type].FindByValue(field, value) is { Count: > 0 } matches)
        {
            throw new ApiException(400, new ApiError("DUPLICATES_DETECTED", Errors.DuplicatesMessage)
            {
                Duplicates = new DuplicateFinding("Leads_With_Same_Email", matches),
            });
        }
    }

    private bool AllowsDuplicates() =>
        call.TryGetHeader("Sforce-Duplicate-Rule-Header", out var options)
        && options.Split(';', ',').Any(option => option.Replace(" ", "", StringComparison.Ordinal).Equals("allowSave=true", StringComparison.OrdinalIgnoreCase));
}
