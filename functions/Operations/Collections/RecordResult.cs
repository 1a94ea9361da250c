using System.Text.Json;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Operations.Collections;

/// <summary>What became of one record.</summary>
/// <param name="Json">The result as the caller gets it.</param>
internal readonly record struct RecordResult(ReadOnlyMemory<byte> Json)
{
    /// <summary>Whether the record may be written in a moment.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>Whether an earlier attempt may have written it.</summary>
    public bool EarlierMayHaveRun { get; init; }

    /// <returns>Code and message of the result's first error, if it has one.</returns>
    public static (string? Code, string Message) ErrorOf(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object
        && result.TryGetProperty("errors", out var errors)
        && errors.ValueKind == JsonValueKind.Array
        && errors.GetArrayLength() > 0
        && errors[0].ValueKind == JsonValueKind.Object
        && errors[0].TryGetProperty("statusCode", out var code)
        && code.ValueKind == JsonValueKind.String
            ? (code.TextOrNull(), errors[0].TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.TextOrNull() ?? "" : "")
            : (null, "");
}
