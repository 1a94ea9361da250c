using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

/// <summary>The API versions and their features.</summary>
internal static class Versions
{
    private static readonly string[] Offered = ["sobjects", "query", "queryAll", "search", "limits", "composite"];
    private static readonly string[] Seasons = ["Spring", "Summer", "Winter"];

    /// <summary>The first version in which a path's extension does not select a format.</summary>
    public const int FirstWithoutFormats = 58;

    /// <summary>The first version that supports <c>updateOnly</c>.</summary>
    public const int FirstWithUpdateOnly = 61;

    /// <summary>The first version in which children of children can be selected.</summary>
    public const int FirstWithGrandchildren = 58;

    /// <summary>67 of <c>v67.0</c>.</summary>
    public static int NumberOf(string version) => int.Parse(version.AsSpan(1, version.IndexOf('.', StringComparison.Ordinal) - 1), System.Globalization.CultureInfo.InvariantCulture);

    public static Reply List(int oldest, int newest) => Reply.Json(200, writer =>
    {
        writer.WriteStartArray();
        for (var version = oldest; version <= newest; version++)
        {
            // There are three releases a year; v31.0 was Summer '14.
            var season = Seasons[version % 3];
            var year = 14 + ((version - 30) / 3) + (season == "Winter" ? 1 : 0);
            writer.WriteStartObject();
            writer.WriteString("label", $"{season} '{year}");
            writer.WriteString("url", $"/services/data/v{version}.0");
            writer.WriteString("version", $"{version}.0");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static Reply Root(ApiCall call) => Reply.Json(200, writer =>
    {
        writer.WriteStartObject();
        foreach (var resource in Offered)
        {
            writer.WriteString(resource, $"{call.VersionPath}/{resource}");
        }

        // Salesforce names its login host here; clients read the ids at the end.
        writer.WriteString("identity", $"https://login.salesforce.com/id/{Org.Id}/{Org.UserId}");

        writer.WriteEndObject();
    });
}
