using System.Text.Json;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>Reads the bodies of error replies.</summary>
internal static class ErrorJson
{
    /// <summary>Parses a JSON object or array; <see langword="null"/> if the body is anything else.</summary>
    public static JsonElement? Read(byte[] body)
    {
        if (body.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'[' or (byte)'{', ..])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(JsonText.MakeValid(body));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Salesforce's array of errors, or <see langword="null"/> if the body is anything else.</summary>
    public static JsonElement? ErrorsOf(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Array } errors
        && errors.GetArrayLength() > 0
        && errors.EnumerateArray().All(error => Member(error, "errorCode").Length > 0)
            ? errors
            : null;

    /// <summary>
    /// The errors of a tree of records that was not created, as Salesforce's other refusals have them: each record at fault has a
    /// list of its own, in <c>results</c>, whose codes have another name.
    /// </summary>
    /// <remarks>REST API Developer Guide, "sObject Tree".</remarks>
    public static JsonElement? ErrorsOfTree(JsonElement? body)
    {
        SalesforceError[] errors = body is { ValueKind: JsonValueKind.Object } tree
            && tree.TryGetProperty("hasErrors", out var hasErrors) && hasErrors.ValueKind == JsonValueKind.True
            ?
            [
                .. from result in Items(tree, "results")
                   from error in Items(result, "errors")
                   let code = Member(error, "statusCode")
                   where code.Length > 0
                   select new SalesforceError(Member(error, "message"), code, FieldsOf(error)),
            ]
            : [];
        return errors is [] ? null : JsonSerializer.SerializeToElement(errors, ProblemJson.Default.IReadOnlyListSalesforceError);
    }

    /// <summary>The records that share an external id (status 300); <see langword="null"/> if the body is not a list of URLs.</summary>
    public static IReadOnlyList<string>? MatchesOf(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SalesforceJson.Default.IReadOnlyListString);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The URLs of the records that a duplicate rule found; <see langword="null"/> if the error is another one.</summary>
    public static IReadOnlyList<string>? DuplicatesOf(JsonElement errors)
    {
        string[] urls =
        [
            .. from error in errors.EnumerateArray()
               // Salesforce misspells the member today, and may correct it.
               from name in (string[])["duplicateResut", "duplicateResult"]
               from result in Items(error, name, "matchResults")
               from match in Items(result, "matchRecords")
               where match.TryGetProperty("record", out var record)
                   && record.ValueKind == JsonValueKind.Object
                   && record.TryGetProperty("attributes", out _)
               let url = Member(match.GetProperty("record").GetProperty("attributes"), "url")
               where url.Length > 0
               select url,
        ];
        return urls is [] ? null : [.. urls.Distinct()];
    }

    /// <summary>The objects in the array at a path of members; empty if there is no such array.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement element, params ReadOnlySpan<string> way)
    {
        foreach (var name in way)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return [];
            }
        }

        return element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];
    }

    public static string Member(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static string[] FieldsOf(JsonElement error) =>
        error.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array
            ? [.. fields.EnumerateArray().Where(field => field.ValueKind == JsonValueKind.String).Select(field => field.GetString()!)]
            : [];
}
