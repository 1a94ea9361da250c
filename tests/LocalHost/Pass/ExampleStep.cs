using System.Reflection;
using System.Text.Json;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace LocalHost;

/// <summary>An example of an operation's payload, as the documents have it, which works on the sample data.</summary>
/// <param name="Statuses">What is a success of the operation.</param>
internal sealed record ExampleStep(string Title, string Function, string Payload, IReadOnlyList<int> Statuses) : PassStep(Title)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        if (calls.Find(Function) is not { } url)
        {
            return $"expected a function named {Function}, but there is none";
        }

        var reply = await calls.PostAsync(url, Payload, cancellationToken);
        return Statuses.Contains(reply.Status) ? null : $"expected status {string.Join(" or ", Statuses)}, got {reply.Status}";
    }

    /// <summary>The examples of all operations but those that other steps call.</summary>
    public static IEnumerable<ExampleStep> AllBut(IReadOnlySet<string> operations) =>
        from type in typeof(OperationJson).Assembly.GetExportedTypes()
        from handled in type.GetInterfaces()
        where handled.IsGenericType && handled.GetGenericTypeDefinition() == typeof(IOperation<>) && !operations.Contains(type.Name)
        orderby type.Name
        let texts = type.GetCustomAttribute<OperationAttribute>()!
        let statuses = type.GetCustomAttributes<ReplyAttribute>().Select(reply => reply.Status).ToArray()
        from example in handled.GetGenericArguments()[0].GetCustomAttributes<ExampleAttribute>(inherit: false)
        select new ExampleStep($"{texts.Name}, an example", type.Name, Format(example.Json), statuses);

    private static string Format(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }
}
