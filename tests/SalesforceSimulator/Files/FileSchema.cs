using System.Globalization;
using SalesforceSimulator.Data;
using static SalesforceSimulator.Data.FieldKinds;

namespace SalesforceSimulator.Files;

/// <summary>The sObjects of files: Salesforce Files, and attachments and documents as they were before.</summary>
internal static class FileSchema
{
    public static IReadOnlyList<ObjectType> All => [ContentVersion(), ContentDocument(), ContentDocumentLink(), Attachment(), Document()];

    private static ObjectType ContentVersion() => new("ContentVersion", "Content Version", "Content Versions", "068", WithSystemFields(
        owner: true,
        Fixed(Reference("ContentDocumentId", "ContentDocument", "ContentDocument", "ContentVersions", cascade: true)),
        Text("Title", 255),
        Area("Description", 1_000),
        Fixed(Required(Text("PathOnClient", 500, "Path On Client"))),
        Fixed(Required(Blob("VersionData"))),
        Fixed(Any("FirstPublishLocationId")),
        ReadOnly(Flag("IsLatest")),
        ReadOnly(Text("VersionNumber", 20, "Version Number")),
        Formula("ContentSize", FieldType.Int, record => LengthOf(record["VersionData"])),
        Formula("Checksum", FieldType.String, record => (record["VersionData"] as FileContent)?.Checksum, length: 50),
        Formula("FileExtension", FieldType.String, record => ExtensionOf(record["PathOnClient"]), length: 40),
        Formula("FileType", FieldType.String, record => ExtensionOf(record["PathOnClient"])?.ToUpperInvariant() ?? "UNKNOWN", length: 20),
        ExternalId()))
    { Unsupported = ["delete"] };

    private static ObjectType ContentDocument() => new("ContentDocument", "Content Document", "Content Documents", "069", WithSystemFields(
        owner: true,
        Text("Title", 255),
        Area("Description", 1_000),
        ReadOnly(Reference("LatestPublishedVersionId", "ContentVersion", "LatestPublishedVersion")),
        ReadOnly(Text("FileExtension", 40, "File Extension")),
        ReadOnly(Text("FileType", 20, "File Type")),
        ReadOnly(Number("ContentSize", FieldType.Int))))
    { Unsupported = ["create"] };

    private static ObjectType ContentDocumentLink() => new("ContentDocumentLink", "Content Document Link", "Content Document Links", "06A", WithSystemFields(
        owner: false,
        Fixed(Required(Reference("ContentDocumentId", "ContentDocument", "ContentDocument", "ContentDocumentLinks", cascade: true))),
        Fixed(Required(Any("LinkedEntityId"))),
        Picklist("ShareType", "V", "C", "I") with { Default = "V" },
        Picklist("Visibility", "AllUsers", "InternalUsers", "SharedUsers") with { Default = "AllUsers" }));

    private static ObjectType Attachment() => new("Attachment", "Attachment", "Attachments", "00P", WithSystemFields(
        owner: true,
        Fixed(Required(Any("ParentId"))),
        Required(Text("Name", 255)),
        Text("ContentType", 120, "Content Type"),
        Required(Blob("Body")),
        Formula("BodyLength", FieldType.Int, record => LengthOf(record["Body"])),
        Area("Description", 500)));

    private static ObjectType Document() => new("Document", "Document", "Documents", "015", WithSystemFields(
        owner: false,
        Required(Any("FolderId")),
        Required(Text("Name", 255)),
        Text("Type", 40, "File Extension"),
        Text("ContentType", 120, "MIME Type"),
        Required(Blob("Body")),
        Formula("BodyLength", FieldType.Int, record => LengthOf(record["Body"])),
        Area("Description", 255)));

    public static string? ExtensionOf(object? path) =>
        path is string name && Path.GetExtension(name) is { Length: > 1 } extension ? extension[1..] : null;

    private static Field Blob(string name) => new(name, FieldType.Base64);

    /// <summary>An id of a record of any sObject.</summary>
    private static Field Any(string name) => new(name, FieldType.Reference) { Length = 18 };

    private static Field Fixed(Field field) => field with { Updateable = false };

    private static JsonNumber LengthOf(object? content) =>
        new(((content as FileContent)?.Length ?? 0).ToString(CultureInfo.InvariantCulture));
}
