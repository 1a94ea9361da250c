using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>The operations' queues. Each name is <c>salesforce-</c> and the operation's name in kebab case.</summary>
/// <remarks>
/// The triggers contain the names as literals, because Azure's scale controller reads app settings by their literal name
/// and does not start the app for a queue whose name it cannot resolve.
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

    /// <summary>The queues by operation. Found by reflection on first use.</summary>
    public static IReadOnlyDictionary<string, string> All => Known.Value;

    /// <summary>The queue of an operation.</summary>
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
