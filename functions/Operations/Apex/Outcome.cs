using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Apex;

/// <summary>What became of one out of several inputs or requests.</summary>
/// <param name="Json">The result as the caller gets it, with <c>success</c>.</param>
/// <param name="Errors">Why it failed; <see langword="null"/> if it did not.</param>
internal sealed record Outcome(ReadOnlyMemory<byte> Json, IReadOnlyList<SalesforceError>? Errors)
{
    /// <summary>Something that was not done.</summary>
    public static Outcome Failed(IReadOnlyList<SalesforceError> errors, bool outcomeUnknown) => new(
        JsonSerializer.SerializeToUtf8Bytes(
            new UnwrittenRecord(
                Success: false,
                [.. errors.Select(error => new UnwrittenRecordError(error.ErrorCode, error.Message, error.Fields ?? []))],
                outcomeUnknown),
            RequestJson.Default.UnwrittenRecord),
        errors);

    /// <summary>One of Salesforce's, which says <c>success</c> or <c>isSuccess</c>.</summary>
    public static Outcome Read(JsonElement outcome)
    {
        var isSuccess = outcome.IsSuccess() == true;
        ReadOnlyMemory<byte> json = JsonMarshal.GetRawUtf8Value(outcome).ToArray();
        if (!outcome.TryGetProperty("success", out _))
        {
            json = Prepend(json, isSuccess ? "\"success\":true"u8 : "\"success\":false"u8);
        }

        // The guide has both spellings.
        if (outcome.TryGetProperty("newWorkItemIds", out var ids) && !outcome.TryGetProperty("newWorkitemIds", out _))
        {
            json = Prepend(json, [.. "\"newWorkitemIds\":"u8, .. JsonMarshal.GetRawUtf8Value(ids)]);
        }

        return new Outcome(json, isSuccess ? null : ErrorsOf(outcome));
    }

    /// <summary>The outcomes in a reply of <see cref="ReplyForms.Outcomes"/>, which has been read whole.</summary>
    /// <exception cref="ConnectorException">There is not one for each.</exception>
    public static IReadOnlyList<Outcome> ReadAll(SalesforceReply reply, int count)
    {
        using var document = JsonDocument.Parse(reply.Bytes);
        return document.RootElement.GetArrayLength() == count
            ? [.. document.RootElement.EnumerateArray().Select(Read)]
            : throw new ConnectorException(SalesforceErrors.NoResults(count));
    }

    /// <summary>The outcomes as one success: an array, in the order of what was asked for.</summary>
    /// <param name="what">What there is an outcome for, in the plural.</param>
    /// <param name="last">A reply that says how many requests the org has left, if there is one.</param>
    /// <exception cref="ConnectorException">All of them failed.</exception>
    public static SalesforceReply ToReply(IReadOnlyList<Outcome> outcomes, string what, SalesforceReply? last)
    {
        if (outcomes.All(outcome => outcome.Errors is not null))
        {
            SalesforceError[] errors = [.. outcomes.SelectMany(outcome => outcome.Errors!)];
            throw new ConnectorException(Problem.Create(
                ProblemKind.Refused,
                StatusCodes.Status400BadRequest,
                errors,
                $"Salesforce refused all {what} ({outcomes.Count}); the first: {errors[0].ErrorCode}: {errors[0].Message}"));
        }

        return SalesforceReply.Merge([.. outcomes.Select(outcome => outcome.Json)], last);
    }

    // Of an object that has members.
    private static byte[] Prepend(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> member) => [(byte)'{', .. member, (byte)',', .. json.Span[1..]];

    private static SalesforceError[] ErrorsOf(JsonElement outcome)
    {
        SalesforceError[] errors = outcome.TryGetProperty("errors", out var given) && given.ValueKind == JsonValueKind.Array
            ? [.. given.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object).Select(ReadError)]
            : [];
        return errors is [] ? [new SalesforceError("Salesforce tells no reason", ErrorCodes.UnexpectedReply)] : errors;
    }

    /// <summary>One error, whose code is <c>statusCode</c> here and <c>errorCode</c> in the errors of whole calls.</summary>
    public static SalesforceError ReadError(JsonElement error) => new(
        Text(error, "message"),
        Text(error, "statusCode") is { Length: > 0 } code ? code
            : Text(error, "errorCode") is { Length: > 0 } other ? other
            : ErrorCodes.UnexpectedReply,
        error.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array
            ? [.. fields.EnumerateArray().Where(field => field.ValueKind == JsonValueKind.String).Select(field => field.TextOrNull() ?? "")]
            : null);

    private static string Text(JsonElement error, string member) =>
        error.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.TextOrNull() ?? "" : "";
}
