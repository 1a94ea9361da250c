using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Apex;

/// <summary>The result of one of several inputs or requests.</summary>
/// <param name="Json">The result for the caller, with <c>success</c>.</param>
/// <param name="Errors">The errors; <see langword="null"/> if it succeeded.</param>
internal sealed record Outcome(ReadOnlyMemory<byte> Json, IReadOnlyList<SalesforceError>? Errors)
{
    /// <summary>The status with which Salesforce refused it; 400 if it is one of several results in a reply.</summary>
    public int Status { get; private init; } = StatusCodes.Status400BadRequest;

    /// <summary>Creates the result of a failed call.</summary>
    public static Outcome Failed(Problem problem) =>
        Failed([.. problem.Errors.EnumerateArray().Select(ReadError)], problem.OutcomeUnknown) with { Status = problem.Status };

    /// <summary>Creates the result of a failure.</summary>
    public static Outcome Failed(IReadOnlyList<SalesforceError> errors, bool outcomeUnknown) => new(
        JsonSerializer.SerializeToUtf8Bytes(
            new UnwrittenRecord(
                Success: false,
                [.. errors.Select(error => new UnwrittenRecordError(error.ErrorCode, error.Message, error.Fields ?? []))],
                outcomeUnknown),
            RequestJson.Default.UnwrittenRecord),
        errors);

    /// <summary>Reads a result of Salesforce, with <c>success</c> or <c>isSuccess</c>.</summary>
    public static Outcome Read(JsonElement outcome)
    {
        var isSuccess = outcome.IsSuccess() == true;
        ReadOnlyMemory<byte> json = JsonMarshal.GetRawUtf8Value(outcome).ToArray();
        if (!outcome.TryGetProperty("success", out _))
        {
            json = Prepend(json, isSuccess ? "\"success\":true"u8 : "\"success\":false"u8);
        }

        // The documentation uses both spellings.
        if (outcome.TryGetProperty("newWorkItemIds", out var ids) && !outcome.TryGetProperty("newWorkitemIds", out _))
        {
            json = Prepend(json, [.. "\"newWorkitemIds\":"u8, .. JsonMarshal.GetRawUtf8Value(ids)]);
        }

        return new Outcome(json, isSuccess ? null : ErrorsOf(outcome));
    }

    /// <summary>Reads the results in a whole reply of the form <see cref="ReplyForms.Outcomes"/>.</summary>
    /// <exception cref="ConnectorException">The number of results is wrong.</exception>
    public static IReadOnlyList<Outcome> ReadAll(SalesforceReply reply, int count)
    {
        using var document = ReplyForm.Parse(reply.Bytes);
        return document.RootElement.GetArrayLength() == count
            ? [.. document.RootElement.EnumerateArray().Select(Read)]
            : throw new ConnectorException(SalesforceErrors.NoResults(count));
    }

    /// <summary>Creates the reply: an array of the results, in order.</summary>
    /// <param name="what">What the results are for, in the plural.</param>
    /// <param name="last">A reply with the org's used requests, if there is one.</param>
    /// <exception cref="ConnectorException">All inputs or requests failed, certainly.</exception>
    public static SalesforceReply ToReply(IReadOnlyList<Outcome> outcomes, string what, SalesforceReply? last)
    {
        if (outcomes.All(outcome => outcome.Errors is not null))
        {
            throw new ConnectorException(SalesforceErrors.AllFailed(
                outcomes.Select(outcome => outcome.Status).Distinct().ToArray() is [var same] ? same : StatusCodes.Status400BadRequest,
                [.. outcomes.SelectMany(outcome => outcome.Errors!)],
                $"{what} ({outcomes.Count})"));
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

    /// <summary>Reads an error. Its code is in <c>statusCode</c>, or in <c>errorCode</c> if the whole call failed.</summary>
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
