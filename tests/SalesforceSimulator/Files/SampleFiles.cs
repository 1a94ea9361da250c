using System.Globalization;
using SalesforceSimulator.Data;

namespace SalesforceSimulator.Files;

/// <summary>The files that an org starts with, at its first account: one of Salesforce Files, an attachment and a document.</summary>
internal static class SampleFiles
{
    // Of all orgs of a process: nothing changes the bytes of a file.
    private static readonly FileContent Warranty = FileContent.Of("Two years from the day of delivery.\n"u8.ToArray());
    private static readonly FileContent Terms = FileContent.Of("<h1>Terms of delivery</h1>\n"u8.ToArray());
    private static readonly FileContent Logo = FileContent.Of("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"u8.ToArray());

    /// <param name="add">Adds a record of an sObject.</param>
    public static void Load(string account, Func<string, (string Field, object? Value)[], Record> add)
    {
        var version = RecordIds.Create("068", 0);
        var document = add("ContentDocument",
        [
            ("Title", "Warranty"), ("LatestPublishedVersionId", version), ("FileExtension", "txt"), ("FileType", "TXT"),
            ("ContentSize", new JsonNumber(Warranty.Length.ToString(CultureInfo.InvariantCulture))),
        ]);
        add("ContentVersion",
        [
            ("ContentDocumentId", document.Id), ("Title", "Warranty"), ("PathOnClient", "warranty.txt"), ("VersionData", Warranty),
            ("FirstPublishLocationId", account), ("IsLatest", true), ("VersionNumber", "1"),
        ]);
        add("ContentDocumentLink", [("ContentDocumentId", document.Id), ("LinkedEntityId", account), ("ShareType", "V"), ("Visibility", "AllUsers")]);
        add("Attachment", [("ParentId", account), ("Name", "Terms.html"), ("ContentType", "text/html"), ("Body", Terms)]);
        add("Document", [("FolderId", Org.UserId), ("Name", "Logo"), ("Type", "svg"), ("ContentType", "image/svg+xml"), ("Body", Logo)]);
    }
}
