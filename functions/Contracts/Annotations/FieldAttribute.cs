namespace SalesforceConnector.Contracts.Annotations;

/// <summary>
/// How a member is shown: its label in the OpenAPI documents and in the element template, and its field in the template's
/// form. On a type, it holds for every member of that type; what a member says itself goes first.
/// </summary>
/// <param name="label">The member in few words. In the OpenAPI documents it is the title.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public sealed class FieldAttribute(string? label = null) : Attribute
{
    public string? Label => label;

    /// <summary>On a payload, the inherited member that this is about.</summary>
    public string? Member { get; init; }

    /// <summary>The text below the field, where it is not the member's doc comment.</summary>
    public string? Hint { get; init; }

    /// <summary>The text in the OpenAPI documents, where it is not the member's doc comment.</summary>
    public string? Description { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>What a typed value must match as a whole, where it is not the schema's pattern.</summary>
    public string? Pattern { get; init; }

    /// <summary>What is said of a value that does not match, beginning with <c>must</c>.</summary>
    public string? Message { get; init; }

    public FormGroup Group { get; init; }

    /// <summary>The field's id in the template, where another operation has another field for a member of this name.</summary>
    public string? Id { get; init; }

    /// <summary>The member before this one in the form, where that is not the one declared before it.</summary>
    public string? After { get; init; }

    /// <summary>The field on which it depends whether this one is shown.</summary>
    public string? When { get; init; }

    /// <summary>The value of <see cref="When"/> with which it is shown.</summary>
    public object? Is { get; init; }

    /// <summary>Whether it must be filled in when it is shown, although its type does not require it.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether a text has several lines.</summary>
    public bool Multiline { get; init; }

    /// <summary>What happens without the member, where neither true nor false is the same as that: a third choice.</summary>
    public string? Unset { get; init; }

    /// <summary>Whether the operation, which cannot be repeated otherwise, can be repeated with this member.</summary>
    public bool AllowsRepetition { get; init; }
}

/// <summary>The groups of the form that fields of payloads are in.</summary>
public enum FormGroup
{
    /// <summary>Open: what nearly every call needs.</summary>
    Operation,

    /// <summary>Closed: what few calls need.</summary>
    Options,

    /// <summary>Which org.</summary>
    Instance,
}
