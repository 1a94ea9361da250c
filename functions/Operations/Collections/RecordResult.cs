using System.Text.Json;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Operations.Collections;

/// <summary>The result of one record.</summary>
/// <param name="Json">The result's JSON, as the caller receives it.</param>
internal readonly record struct RecordResult(ReadOnlyMemory<byte> Json)
{
    /// <summary>Whether the record is to be retried.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>Whether an earlier attempt may have written the record.</summary>
    public bool EarlierMayHaveRun { get; init; }

    /// <returns>Code and message of the result's first error, if any.</returns>
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
