using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Documents.Model;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;

namespace Documents.Camunda;

/// <summary>
/// The fields of all payloads. A field that several operations have alike is one; the fields of each operation keep the
/// order of its payload's members.
/// </summary>
internal sealed class Form(DocComments comments)
{
    private readonly Dictionary<string, (FormField Field, List<string> Operations, HashSet<string> Before)> _fields = [];
    private int _operations;

    public void Add(Operation operation)
    {
        _operations++;
        string? before = null;
        foreach (var field in FieldsOf(operation))
        {
            if (!_fields.TryGetValue(field.Id, out var known))
            {
                known = (field, [], []);
                _fields.Add(field.Id, known);
            }
            else if (!JsonNode.DeepEquals(known.Field.Json, field.Json) || known.Field.Binding != field.Binding)
            {
                throw new InvalidOperationException(
                    $"The field {field.Id} of {operation.Name} is not that of {known.Operations[0]}: make them alike, or give one an Id of its own.");
            }

            known.Operations.Add(operation.Choice);
            if (before is not null)
            {
                known.Before.Add(before);
            }

            before = field.Id;
        }
    }

    /// <summary>The template's properties.</summary>
    public IEnumerable<JsonObject> Properties()
    {
        var left = _fields.ToList();
        HashSet<string> done = [];
        while (left.Count > 0)
        {
            var next = left.FindIndex(field => field.Value.Before.IsSubsetOf(done));
            if (next < 0)
            {
                throw new InvalidOperationException($"No order suits all operations: {string.Join(", ", left.Select(field => field.Key))}.");
            }

            var (id, (field, operations, _)) = left[next];
            left.RemoveAt(next);
            done.Add(id);
            yield return field.ToProperty(operations.Count == _operations ? [] : operations);
        }
    }

    private IEnumerable<FormField> FieldsOf(Operation operation)
    {
        var choice = operation.Payload.Type.GetCustomAttribute<ChoiceAttribute>();
        var isChosen = false;
        foreach (var member in operation.Members.Where(member => member.Type != typeof(Authentication)))
        {
            if (!isChosen && choice is not null && member.When?.Field == choice.Id)
            {
                isChosen = true;
                yield return FormField.Of(choice);
            }

            if (OperationJson.Default.GetTypeInfo(member.Type) is { Kind: JsonTypeInfoKind.Object } nested)
            {
                foreach (var part in Member.Of(nested, comments))
                {
                    yield return FormField.Of(member, part);
                }
            }
            else
            {
                yield return FormField.Of(member, SchemaOf(member.Type));
            }
        }
    }

    private static JsonObject? SchemaOf(Type type) =>
        type.GetCustomAttributes<SchemaAttribute>().SingleOrDefault(schema => schema.Name is null) is { } schema ? JsonNode.Parse(schema.Json)!.AsObject() : null;
}
