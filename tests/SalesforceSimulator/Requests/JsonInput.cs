using System.Text.Json;

namespace SalesforceSimulator.Requests;

/// <summary>Reads members of the composite resources' bodies.</summary>
internal static class JsonInput
{
    extension(JsonElement body)
    {
        public JsonElement? Member(string name) =>
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var member) ? member : null;

        /// <exception cref="ApiException">JSON_PARSER_ERROR: the member is absent or not a string.</exception>
        public string RequiredText(string name) =>
            body.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw Errors.RequiredMember(name);

        /// <exception cref="ApiException">JSON_PARSER_ERROR: the member is absent or not an array.</exception>
        public JsonElement[] RequiredList(string name) =>
            body.Member(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : throw Errors.RequiredMember(name);

        /// <summary>Whether the member is present and true.</summary>
        public bool Flag(string name) => body.Member(name) is { ValueKind: JsonValueKind.True };

        /// <summary>The member with this name, ignoring case.</summary>
        public JsonElement? MemberIgnoringCase(string name) => body.EnumerateObject()
            .Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(member => (JsonElement?)member.Value)
            .FirstOrDefault();
    }
}
