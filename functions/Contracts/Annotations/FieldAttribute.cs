namespace SalesforceConnector.Contracts.Annotations;

/// <summary>
/// How a member is shown: its label in the OpenAPI documents and the element template, and its field in the template's
/// form. On a type, it applies to all members of that type, unless the member overrides it.
/// </summary>
/// <param name="label">A short name of the member; its title in the OpenAPI documents.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public sealed class FieldAttribute(string? label = null) : Attribute
{
    public string? Label => label;

    /// <summary>On a payload, the inherited member to which the attribute applies.</summary>
    public string? Member { get; init; }

    /// <summary>The text below the field. The default is the member's doc comment.</summary>
    public string? Hint { get; init; }

    /// <summary>The text in the OpenAPI documents. The default is the member's doc comment.</summary>
    public string? Description { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>The pattern that an entered value must match completely. The default is the schema's.</summary>
    public string? Pattern { get; init; }

    /// <summary>The message for a value that does not match. It starts with <c>must</c>.</summary>
    public string? Message { get; init; }

    public FormGroup Group { get; init; }

    /// <summary>The field's id in the template, if operations have different fields for members of this name.</summary>
    public string? Id { get; init; }

    /// <summary>The member before this one in the form. The default is the order of declaration.</summary>
    public string? After { get; init; }

    /// <summary>The field that determines whether this one is shown.</summary>
    public string? When { get; init; }

    /// <summary>The value of <see cref="When"/> for which it is shown.</summary>
    public object? Is { get; init; }

    /// <summary>Whether the field is required when it is shown, although its type is optional.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether the field has several lines.</summary>
    public bool Multiline { get; init; }

    /// <summary>For an optional boolean whose absence differs from true and false: the label of this third choice.</summary>
    public string? Unset { get; init; }

    /// <summary>Whether this member makes an operation that is not idempotent repeatable.</summary>
    public bool AllowsRepetition { get; init; }
}

/// <summary>The groups of fields in the form.</summary>
public enum FormGroup
{
    /// <summary>Open by default: fields that most calls need.</summary>
    Operation,

    /// <summary>Closed by default: fields that few calls need.</summary>
    Options,

    /// <summary>The org and the API version.</summary>
    Instance,
}
