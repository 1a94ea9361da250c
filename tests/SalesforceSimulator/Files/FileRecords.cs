using System.Globalization;
using SalesforceSimulator.Data;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Files;

/// <summary>What Salesforce does of itself when a version of a file is created: the document, its latest version, its first link.</summary>
/// <remarks>Object Reference, ContentVersion, ContentDocument, ContentDocumentLink.</remarks>
internal static class FileRecords
{
    /// <summary>Adds to the values of a version that is about to be inserted, and writes the document.</summary>
    public static void Prepare(ApiCall call, ObjectType type, Dictionary<string, object?> values)
    {
        var store = call.Store;
        var documentId = values.GetValueOrDefault("ContentDocumentId") as string;
        var location = values.GetValueOrDefault("FirstPublishLocationId") as string;
        if (documentId is not null && location is not null)
        {
            throw new NotKnownException("what Salesforce answers to a version that names both ContentDocumentId and FirstPublishLocationId");
        }

        var path = (string)values["PathOnClient"]!;
        // That the title is the file's name without its extension is an assumption.
        values["Title"] = values.GetValueOrDefault("Title") ?? Path.GetFileNameWithoutExtension(path);
        values["IsLatest"] = true;
        values["VersionNumber"] = "1";
        var document = new Dictionary<string, object?>
        {
            ["Title"] = values["Title"],
            ["LatestPublishedVersionId"] = RecordIds.Create(type.KeyPrefix, store[type].Next),
            ["FileExtension"] = FileSchema.ExtensionOf(path),
            ["FileType"] = FileSchema.ExtensionOf(path)?.ToUpperInvariant() ?? "UNKNOWN",
            ["ContentSize"] = new JsonNumber(((FileContent)values["VersionData"]!).Length.ToString(CultureInfo.InvariantCulture)),
            ["LastModifiedDate"] = call.Org.Now,
            ["SystemModstamp"] = call.Org.Now,
            ["LastModifiedById"] = Org.UserId,
        };
        if (documentId is not null)
        {
            var known = store.Find(documentId)!;
            var previous = store.Find((string)known["LatestPublishedVersionId"]!)!;
            values["VersionNumber"] = (int.Parse((string)previous["VersionNumber"]!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            store.Put(previous.With([KeyValuePair.Create<string, object?>("IsLatest", false)]));
            store.Put(known.With(document));
            return;
        }

        Complete(call, document);
        document["OwnerId"] = values["OwnerId"];
        values["ContentDocumentId"] = store.Insert(store.Schema["ContentDocument"], document).Id;
        if (location is not null)
        {
            var link = new Dictionary<string, object?>
            {
                ["ContentDocumentId"] = values["ContentDocumentId"],
                ["LinkedEntityId"] = location,
                ["ShareType"] = "V",
                ["Visibility"] = "AllUsers",
            };
            Complete(call, link);
            store.Insert(store.Schema["ContentDocumentLink"], link);
        }
    }

    private static void Complete(ApiCall call, Dictionary<string, object?> values)
    {
        values["IsDeleted"] = false;
        values["CreatedDate"] = values["LastModifiedDate"] = values["SystemModstamp"] = call.Org.Now;
        values["CreatedById"] = values["LastModifiedById"] = Org.UserId;
    }
}
