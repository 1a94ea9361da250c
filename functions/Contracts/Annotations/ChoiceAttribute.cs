namespace SalesforceConnector.Contracts.Annotations;

/// <summary>A form field that is not a member. It selects which members are shown (<see cref="FieldAttribute.When"/>).</summary>
/// <param name="id">The field's id.</param>
/// <param name="label">Its label.</param>
/// <param name="valuesAndLabels">Values and labels, alternating. The first value is the default.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ChoiceAttribute(string id, string label, params string[] valuesAndLabels) : Attribute
{
    public string Id => id;

    public string Label => label;

    public IReadOnlyList<(string Value, string Label)> Values => [.. valuesAndLabels.Chunk(2).Select(pair => (pair[0], pair[1]))];
}
