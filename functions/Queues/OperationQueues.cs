using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Hosting;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>
/// The queues that operations come by, each named by rule: <c>salesforce-</c> and the operation's name in kebab case.
/// </summary>
/// <remarks>
/// Literals in the triggers, no app settings: Azure's scale controller reads settings by their literal name, and would
/// never wake the app for a name that it cannot resolve.
/// </remarks>
internal static class OperationQueues
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Known = new(() => (
        from type in typeof(OperationQueues).Assembly.GetExportedTypes()
        let trigger = type.GetMethod(QueueOperation.FromQueue)?.GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>()).FirstOrDefault()
        where trigger is not null
        orderby type.Name
        select (type.Name, trigger.QueueName)).ToDictionary());

    /// <summary>The queues by operation. The functions are looked through once, when this is first asked for.</summary>
    public static IReadOnlyDictionary<string, string> All => Known.Value;

    /// <summary>Reads the payload of an operation that is known by its name alone.</summary>
    /// <returns><see langword="null"/> if it cannot be read, so that it was never carried out.</returns>
    public static Payload? ReadPayload(string operation, RawJson payload)
    {
        try
        {
            var type = Array.Find(typeof(OperationQueues).Assembly.GetExportedTypes(), type => type.Name == $"{operation}Payload");
            return JsonSerializer.Deserialize(payload.Utf8.Span, ConnectorJson.Default.GetTypeInfo(type!)!) as Payload;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The queue of one operation.</summary>
    public static string Of(string operation)
    {
        var name = new StringBuilder("salesforce", operation.Length + 16);
        foreach (var c in operation)
        {
            name.Append(char.IsAsciiLetterUpper(c) ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
