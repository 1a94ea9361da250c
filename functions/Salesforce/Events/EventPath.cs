using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SalesforceConnector.Salesforce.Events;

/// <summary>A place in an event: names of members separated by dots, each with indexes of arrays, such as <c>payload.ChangeEventHeader.recordIds[0]</c>.</summary>
internal sealed partial class EventPath
{
    public const string Requirement = "must be the path of a member of the event, such as payload.ChangeEventHeader.recordIds[0] or payload.Order_Number__c";

    private readonly (string Name, int[] Indexes)[] _steps;
    private readonly string _text;

    private EventPath(string text, (string Name, int[] Indexes)[] steps) => (_text, _steps) = (text, steps);

    public static EventPath? TryParse(string text) => Path().IsMatch(text) ? new EventPath(text, [.. text.Split('.').Select(Step)]) : null;

    /// <returns>The string, number or Boolean there as text; <see langword="null"/> if there is none.</returns>
    public string? Find(JsonElement root)
    {
        var found = root;
        foreach (var (name, indexes) in _steps)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }

            foreach (var index in indexes)
            {
                if (found.ValueKind != JsonValueKind.Array || index >= found.GetArrayLength())
                {
                    return null;
                }

                found = found[index];
            }
        }

        return found.ValueKind switch
        {
            JsonValueKind.String => found.GetString(),
            JsonValueKind.Number => found.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }

    public override string ToString() => _text;

    private static (string Name, int[] Indexes) Step(string step)
    {
        var parts = step.Split('[');
        return (parts[0], [.. parts[1..].Select(index => int.Parse(index.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture))]);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(\[[0-9]{1,4}\])*(\.[A-Za-z_][A-Za-z0-9_]*(\[[0-9]{1,4}\])*)*\z")]
    private static partial Regex Path();
}
