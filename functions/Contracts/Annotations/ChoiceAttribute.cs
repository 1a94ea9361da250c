namespace SalesforceConnector.Contracts.Annotations;

/// <summary>A field of the form that is no member: it chooses which members are shown (<see cref="FieldAttribute.When"/>).</summary>
/// <param name="id">The field's id.</param>
/// <param name="label">Its label.</param>
/// <param name="valuesAndLabels">Each value and its label, in turn; the first one is chosen at first.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ChoiceAttribute(string id, string label, params string[] valuesAndLabels) : Attribute
{
    public string Id => id;

    public string Label => label;

    public IReadOnlyList<(string Value, string Label)> Values => [.. valuesAndLabels.Chunk(2).Select(pair => (pair[0], pair[1]))];
}
