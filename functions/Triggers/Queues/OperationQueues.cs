using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Queues;

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

    /// <summary>The queue of one operation.</summary>
    public static string NameOf(string operation)
    {
        var name = new StringBuilder("salesforce", operation.Length + 16);
        foreach (var c in operation)
        {
            name.Append(char.IsAsciiLetterUpper(c) ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
