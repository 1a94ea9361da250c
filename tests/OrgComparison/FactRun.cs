using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrgComparison;

/// <summary>One fact at one org: what is done there, and what is seen, with all that differs from org to org replaced.</summary>
public sealed partial class FactRun(ComparedOrg org, CancellationToken cancellationToken)
{
    private readonly List<Observation> _seen = [];
    private readonly List<string> _ids = [];

    public IReadOnlyList<Observation> Seen => _seen;

    public string Data => org.Data;

    /// <summary>The name of a record that this run makes.</summary>
    public string Name(string name) => $"{org.Marker} {name}";

    public string ExternalIdField => org.Settings.ExternalIdField ?? throw new NotRunException("no external id field is named");

    public string SharedExternalIdField =>
        org.Settings.SharedExternalIdField ?? throw new NotRunException("no external id field that is not unique is named");

    public CancellationToken Cancellation => cancellationToken;

    public ComparedOrg Org => org;

    public Task<Answer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        org.SendAsync(method, path, body, cancellationToken, headers);

    public Task<Answer> QueryAsync(string soql, params (string Name, string Value)[] headers) =>
        SendAsync("GET", $"query?q={Uri.EscapeDataString(soql)}", null, headers);

    /// <summary>Makes a record that the fact is not about.</summary>
    /// <param name="fields">Members of its JSON, beside the name.</param>
    public async Task<string> MakeAsync(string type, string name, string fields = "")
    {
        var nameField = type == "Contact" ? "LastName" : "Name";
        var answer = await SendAsync(
            "POST", $"sobjects/{type}", $$"""{"{{nameField}}":"{{Name(name)}}"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""",
            ("Sforce-Duplicate-Rule-Header", "allowSave=true"));
        return answer.Status == 201
            ? answer.Json.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"A record of {type} could not be made: {answer.Body}");
    }

    /// <summary>Status, type and whole body, and headers by name.</summary>
    public void Observe(string what, Answer answer, params string[] headers)
    {
        Observe($"{what}: status", $"{answer.Status}");
        Observe($"{what}: body", answer.Body);
        foreach (var header in headers.Prepend("Content-Type"))
        {
            Observe($"{what}: {header}", answer.Headers.TryGetValue(header, out var value) ? value : "(none)");
        }
    }

    /// <summary>Status, and of each error its code and whether it has fields; for words that quote the org's own things.</summary>
    public void ObserveCode(string what, Answer answer)
    {
        Observe($"{what}: status", $"{answer.Status}");
        Observe($"{what}: errors", IsErrors(answer.Body, out var errors)
            ? string.Join(", ", errors.Select(error => error.GetProperty("errorCode").GetString()))
            : "(not Salesforce's array)");
    }

    /// <summary>Something that was made of an answer.</summary>
    public void Observe(string what, string value) => _seen.Add(new Observation(what, Normalize(value)));

    private static bool IsErrors(string body, out IReadOnlyList<JsonElement> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            errors = document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(error => error.Clone())]
                : [];
            return errors.Count > 0 && errors.All(error => error.ValueKind == JsonValueKind.Object && error.TryGetProperty("errorCode", out _));
        }
        catch (JsonException)
        {
            errors = [];
            return false;
        }
    }

    private string Normalize(string text)
    {
        text = text.Replace(org.Marker, "{marker}", StringComparison.Ordinal);
        text = Replace(text, org.Settings.ExternalIdField, "{externalIdField}");
        text = Replace(text, org.Settings.SharedExternalIdField, "{sharedExternalIdField}");
        text = Id().Replace(text, id => id.Value.Count(char.IsAsciiDigit) < 4 ? id.Value : Number(id.Value));
        text = Time().Replace(text, "{time}${zone}");
        return Usage().Replace(text, "${name}={n}/{n}");
    }

    private static string Replace(string text, string? name, string placeholder) =>
        name is null ? text : text.Replace(name, placeholder, StringComparison.OrdinalIgnoreCase);

    // The first one that the fact meets is {id1}, with fifteen characters or eighteen.
    private string Number(string id)
    {
        var index = _ids.FindIndex(known => known[..15] == id[..15]);
        if (index < 0)
        {
            index = _ids.Count;
            _ids.Add(id);
        }

        return $"{{id{index + 1}{(id.Length == 15 ? " short" : "")}}}";
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9])[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?(?![A-Za-z0-9])")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?<zone>\+0000|Z)")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<name>api-usage|api-bursts|per-app-api-usage)=\d+/\d+(?:\(appName=[^)]*\))?")]
    private static partial Regex Usage();
}

/// <summary>Something that an org did.</summary>
public sealed record Observation(string What, string Value);

/// <summary>An org lacks what a fact needs.</summary>
public sealed class NotRunException(string reason) : Exception(reason);
