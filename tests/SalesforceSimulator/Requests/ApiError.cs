using System.Text.Json;
using SalesforceSimulator.Data;
using SalesforceSimulator.Records;

namespace SalesforceSimulator.Requests;

/// <summary>An entry of Salesforce's error array.</summary>
/// <param name="Fields">The invalid fields; <see langword="null"/> to omit the member, as Salesforce often does.</param>
internal sealed record ApiError(string Code, string Message, IReadOnlyList<string>? Fields = null)
{
    /// <summary>The records that a duplicate rule matched, and whether saving is allowed.</summary>
    public DuplicateFinding? Duplicates { get; init; }

    /// <summary>Writes the entry. In collection results, its code is in <c>statusCode</c>.</summary>
    public void Write(Utf8JsonWriter writer, string version, string codeMember = "errorCode")
    {
        writer.WriteStartObject();
        Duplicates?.Write(writer, version);
        writer.WriteString("message", Message);
        writer.WriteString(codeMember, Code);
        if (Fields is not null)
        {
            writer.WriteStartArray("fields");
            foreach (var field in Fields)
            {
                writer.WriteStringValue(field);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}

/// <summary>The matches of a duplicate rule.</summary>
internal sealed record DuplicateFinding(string Rule, IReadOnlyList<Record> Matches)
{
    public void Write(Utf8JsonWriter writer, string version)
    {
        var type = Matches[0].Type;

        // The misspelling is Salesforce's.
        writer.WriteStartObject("duplicateResut");
        writer.WriteBoolean("allowSave", true);
        writer.WriteString("duplicateRule", Rule);
        writer.WriteString("duplicateRuleEntityType", type.Name);
        writer.WriteString("errorMessage", Errors.DuplicatesMessage);
        writer.WriteStartArray("matchResults");
        writer.WriteStartObject();
        writer.WriteString("entityType", type.Name);
        writer.WriteStartArray("errors");
        writer.WriteEndArray();
        writer.WriteString("matchEngine", "ExactMatchEngine");
        writer.WriteStartArray("matchRecords");
        foreach (var match in Matches)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("additionalInformation");
            writer.WriteEndArray();
            writer.WriteStartArray("fieldDiffs");
            writer.WriteEndArray();
            writer.WriteNumber("matchConfidence", 100.0);
            writer.WriteStartObject("record");
            RecordJson.WriteAttributes(writer, match, version);
            writer.WriteString("Id", match.Id);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("rule", Rule);
        writer.WriteNumber("size", Matches.Count);
        writer.WriteBoolean("success", true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>Salesforce rejects the call: a status, and the entries of its error array.</summary>
internal sealed class ApiException(int status, params IReadOnlyList<ApiError> errors) : Exception(errors[0].Message)
{
    public int Status { get; } = status;

    public IReadOnlyList<ApiError> Errors { get; } = errors;
}
