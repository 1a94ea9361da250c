using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Redrive;

namespace SalesforceConnector.Triggers;

/// <summary>Serializes what callers and operators exchange with the triggers besides payloads, with the same strictness.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(WholeNumberConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(KeptList))]
[JsonSerializable(typeof(KeptOutcome))]
[JsonSerializable(typeof(KeptRequest))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ResultMessage))]
public sealed partial class TriggerJson : JsonSerializerContext
{
    /// <summary>For readable output: quotes, umlauts and angle brackets are not escaped. Not safe inside HTML.</summary>
    public static TriggerJson Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
