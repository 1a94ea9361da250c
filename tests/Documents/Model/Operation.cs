using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace Documents.Model;

/// <summary>An operation, as its class and its payload's type have it.</summary>
internal sealed class Operation
{
    private readonly Type _class;

    private Operation(Type type, JsonTypeInfo payload, DocComments comments)
    {
        _class = type;
        Payload = payload;
        Texts = Required<OperationAttribute>();
        Description = comments.Of(type) ?? throw Missing("a doc comment");
        Members = Member.Of(payload, comments);
        Examples = [.. payload.Type.GetCustomAttributes<ExampleAttribute>(inherit: false).Select(example => example.Json)];
        Replies = [.. type.GetCustomAttributes<ReplyAttribute>().OrderBy(reply => reply.Status)];
        if (Examples.Count == 0 || Replies.Count == 0)
        {
            throw Missing("an [Example] on its payload and a [Reply]");
        }

        var payloads = Examples.Select(example => (Payload)JsonSerializer.Deserialize(example, payload)!).ToArray();
        IsWrite = payloads.Any(one => one.IsWrite || one.Repetition == Repetition.Resumable);
        IsLater = payloads.Any(one => one.Repetition == Repetition.Resumable);
        IsRepeatable = payloads.All(one => one.Repetition != Repetition.NotIdempotent);
    }

    public string Name => _class.Name;

    /// <summary>As the form names it: like a member.</summary>
    public string Choice => Names.Member(Name);

    /// <summary>The folder of functions/Operations that it is in: Queries, Records and so on.</summary>
    public string Kind => _class.Namespace!.Split('.')[2];

    public string Route => _class.GetMethods()
        .SelectMany(method => method.GetParameters())
        .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
        .First(trigger => trigger is not null)!.Route!;

    public OperationAttribute Texts { get; }

    public string Description { get; }

    public JsonTypeInfo Payload { get; }

    public IReadOnlyList<Member> Members { get; }

    /// <summary>Payloads that work on the local system's sample data.</summary>
    public IReadOnlyList<string> Examples { get; }

    public IReadOnlyList<ReplyAttribute> Replies { get; }

    /// <summary>Whether it may change anything at Salesforce: whether one of its examples does.</summary>
    public bool IsWrite { get; }

    /// <summary>Whether the reply comes before the operation is done.</summary>
    public bool IsLater { get; }

    /// <summary>Whether each of its examples can be carried out twice.</summary>
    public bool IsRepeatable { get; }

    /// <summary>All operations, by kind, and in a kind first what has no verb, then create, get, update, upsert and delete.</summary>
    public static IReadOnlyList<Operation> All(DocComments comments)
    {
        string[] verbs = ["Create", "Get", "Update", "Upsert", "Delete"];
        return
        [
            .. from known in OperationTypes.All
               let operation = new Operation(known.Key, OperationJson.Default.GetTypeInfo(known.Value)!, comments)
               orderby OperationKind.IndexOf(operation.Kind), Array.FindIndex(verbs, verb => operation.Name.StartsWith(verb, StringComparison.Ordinal)), operation.Name
               select operation,
        ];
    }

    private TAttribute Required<TAttribute>()
        where TAttribute : Attribute =>
        _class.GetCustomAttribute<TAttribute>() ?? throw Missing($"[{typeof(TAttribute).Name[..^"Attribute".Length]}]");

    private InvalidOperationException Missing(string what) => new($"{_class.FullName} has no {what}, which the documents are made of.");
}
