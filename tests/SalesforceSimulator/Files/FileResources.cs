using SalesforceSimulator.Data;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Files;

/// <summary>Records with files: inserted as multipart/form-data, and sobjects/{type}/{id}/{field}, which is the file itself.</summary>
/// <remarks>REST API Developer Guide, "Insert or Update Blob Data" and "sObject Blob Get".</remarks>
internal static class FileResources
{
    private const string UnknownType = "application/octetstream";

    private const long LargestVersion = 2L << 30;
    private const long LargestOther = 500L << 20;

    public static Reply Create(ApiCall call, MultipartBody body)
    {
        var type = call.ObjectType;
        if (body.Json is not { } json || body.Files.Count != 1)
        {
            throw new NotKnownException("what Salesforce answers to multipart/form-data without a part of JSON, or with another number of files than one");
        }

        var (name, content) = body.Files.Single();
        if (type.FindField(name) is not { Type: FieldType.Base64 } field)
        {
            throw new NotKnownException($"what Salesforce answers to a file for {name}, which is no field of {type.Name} that holds one");
        }

        if (content.Length > (type.Name == "ContentVersion" ? LargestVersion : LargestOther))
        {
            throw new NotKnownException("what Salesforce answers to a file over its limit");
        }

        var record = new RecordWriter(call).Create(
            type, ApiCall.ReadObject(json), new Dictionary<string, object?> { [field.Name] = content });
        return Rows.Created(call, record, wasUpsert: false);
    }

    /// <summary>The field that the path names, if it holds a file.</summary>
    public static Field? FindField(ApiCall call) =>
        call.Segments is [_, _, _, var name] && call.Store.Schema.Find(call.Arguments["type"])?.FindField(name) is { Type: FieldType.Base64 } field
            ? field
            : null;

    public static Reply Get(ApiCall call, Field field)
    {
        if (call.IsInComposite)
        {
            throw new NotKnownException("what a composite request answers to a subrequest for a file");
        }

        var record = RecordLookup.ById(call.Store, call.ObjectType, call.Arguments["id"], forWriting: false);
        // That attachments and documents come with the type they were given is an assumption.
        var type = record.Type.FindField("ContentType") is { } given ? record[given] as string : null;
        return record[field] is FileContent content ? Reply.OfFile(new FilePart(content.Bytes), type ?? UnknownType) : throw Errors.NotFound();
    }
}
