using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Operations.Apex;

/// <summary>1 to 200 approval steps, which submit records and approve or reject work items.</summary>
[Field(
    "Approval requests",
    Hint = "A list, such as <code>[{actionType: \"Submit\", contextId: opportunity.id, comments: note}]</code>. Approve and Reject have the work item as contextId.")]
[Schema("""{ "type": "array", "minItems": 1, "maxItems": 200, "items": { "$ref": "#/components/schemas/ApprovalRequest" } }""")]
[Schema(
    """
    {
      "type": "object",
      "title": "Approval request",
      "description": "One step of an approval.",
      "additionalProperties": false,
      "required": ["actionType", "contextId"],
      "properties": {
        "actionType": { "type": "string", "title": "Step", "description": "What is to be done.", "enum": ["Submit", "Approve", "Reject"] },
        "contextId": { "$ref": "#/components/schemas/RecordId" },
        "contextActorId": { "$ref": "#/components/schemas/RecordId" },
        "comments": { "type": "string", "title": "Comments", "description": "What goes into the history of the approval." },
        "nextApproverIds": { "type": "array", "title": "Next approvers", "description": "Where the process lets people choose: who comes next.", "items": { "$ref": "#/components/schemas/RecordId" } },
        "processDefinitionNameOrId": { "type": "string", "title": "Approval process", "description": "With Submit: which process, if several apply.", "minLength": 1 },
        "skipEntryCriteria": { "type": "boolean", "title": "Skip entry criteria", "description": "With Submit and a process that is named: whether its entry criteria do not count." }
      }
    }
    """, Name = "ApprovalRequest")]
[JsonConverter(typeof(Converter))]
public sealed class ApprovalRequests
{
    private const int Most = 200;
    private const string Form = "such as {\"actionType\":\"Submit\",\"contextId\":\"006Dn0000070005IAA\"}";

    private static readonly string[] Steps = ["Submit", "Approve", "Reject"];
    private static readonly string[] Texts = ["comments", "processDefinitionNameOrId"];
    private static readonly string[] Required = ["actionType", "contextId"];
    private static readonly string[] Members =
        ["actionType", "contextId", "contextActorId", "comments", "nextApproverIds", "processDefinitionNameOrId", "skipEntryCriteria"];

    private ApprovalRequests(ReadOnlyMemory<byte> json, int count) => (Json, Count) = (json, count);

    /// <summary>The array in UTF-8, as received.</summary>
    internal ReadOnlyMemory<byte> Json { get; }

    internal int Count { get; }

    internal sealed class Converter : JsonConverter<ApprovalRequests>
    {
        public override ApprovalRequests Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var array = document.RootElement;
            if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > Most)
            {
                throw new JsonException($"must be an array of 1 to {Most} requests, {Form}");
            }

            foreach (var (index, request) in array.EnumerateArray().Index())
            {
                Check(request, $"[{index}]");
            }

            return new ApprovalRequests(JsonMarshal.GetRawUtf8Value(array).ToArray(), array.GetArrayLength());
        }

        public override void Write(Utf8JsonWriter writer, ApprovalRequests value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);

        private static void Check(JsonElement request, string place)
        {
            if (request.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"must have requests only, {Form}; {place} is none");
            }

            foreach (var required in Required.Where(name => !request.TryGetProperty(name, out _)))
            {
                throw new JsonException($"must have requests with {required}, {Form}; {place} has none");
            }

            foreach (var member in request.EnumerateObject())
            {
                var complaint = member.Name switch
                {
                    "actionType" => Steps.Contains(TextOf(member.Value)) ? null : $"must be one of {string.Join(", ", Steps)}",
                    "contextId" => ComplaintOfId(member.Value),
                    _ when member.Value.ValueKind == JsonValueKind.Null && Members.Contains(member.Name) => null,
                    "contextActorId" => ComplaintOfId(member.Value),
                    "nextApproverIds" => member.Value.ValueKind == JsonValueKind.Array
                        ? member.Value.EnumerateArray().Select(ComplaintOfId).FirstOrDefault(complaint => complaint is not null)
                        : "must be an array of record ids",
                    "skipEntryCriteria" => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false",
                    var name when Texts.Contains(name) => TextOf(member.Value) is null ? "must be a string of valid Unicode" : null,
                    _ => $"is no member; there are {string.Join(", ", Members)}",
                };
                if (complaint is not null)
                {
                    throw new JsonException($"must have requests that can be sent; {place}.{(Members.Contains(member.Name) ? member.Name : Quote.Value(member.Name))} {complaint}");
                }
            }
        }

        private static string? ComplaintOfId(JsonElement value)
        {
            try
            {
                return TextOf(value) is { } text && RecordId.Parse(text) is not null ? null : "must be a record id, a string";
            }
            catch (FormatException e)
            {
                return e.Message;
            }
        }

        private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.TextOrNull() : null;
    }
}
