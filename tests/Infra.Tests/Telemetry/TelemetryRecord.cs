using System.Text.Json.Nodes;

namespace Infra.Tests.Telemetry;

/// <summary>One row of an Application Insights table, as it is sent.</summary>
/// <param name="Table">The table that it becomes a row of.</param>
/// <param name="Name">A metric's or span's name, a log record's message, an exception's type.</param>
/// <param name="Dimensions">Its <c>customDimensions</c>.</param>
/// <param name="Size">Bytes of its envelope.</param>
internal sealed record TelemetryRecord(string Table, string Name, IReadOnlyDictionary<string, string> Dimensions, int Size)
{
    /// <summary>The columns of a metric's numbers that are as they were sent.</summary>
    /// <remarks>
    /// A histogram is sent with the count, minimum and maximum of its measurements. A counter and a gauge are sent as one number,
    /// which becomes sum, minimum and maximum; their <c>valueCount</c> counts rows, not what was counted.
    /// </remarks>
    public IReadOnlySet<string> Numbers { get; init; } = new HashSet<string>();

    /// <summary>The rows of one envelope: one for each metric in it, one of each other kind.</summary>
    public static IEnumerable<TelemetryRecord> Of(JsonNode envelope)
    {
        var type = (string)envelope["data"]!["baseType"]!;
        var data = envelope["data"]!["baseData"]!;
        var dimensions = data["properties"]?.AsObject().ToDictionary(property => property.Key, property => property.Value!.ToString()) ?? [];
        var size = envelope.ToJsonString().Length;
        return type switch
        {
            "MetricData" => data["metrics"]!.AsArray().Select(metric => new TelemetryRecord("customMetrics", (string)metric!["name"]!, dimensions, size) { Numbers = NumbersOf(metric) }),
            "RequestData" => [new("requests", (string)data["name"]!, dimensions, size)],
            "RemoteDependencyData" => [new("dependencies", (string)data["name"]!, dimensions, size)],
            "MessageData" => [new("traces", (string)data["message"]!, dimensions, size)],
            "ExceptionData" => [new("exceptions", (string)data["exceptions"]![0]!["message"]!, dimensions, size)],
            _ => throw new InvalidOperationException($"An envelope of the type {type}, which is no table that these tests know"),
        };
    }

    private static HashSet<string> NumbersOf(JsonNode metric)
    {
        var count = metric["count"] is not null;
        (metric["min"] is not null && metric["max"] is not null).ShouldBe(count, metric.ToJsonString());
        ((double?)metric["value"]).ShouldNotBeNull();
        return count ? ["valueCount", "valueSum", "valueMin", "valueMax"] : ["valueSum", "valueMin", "valueMax"];
    }
}
