using System.Diagnostics.CodeAnalysis;

namespace SalesforceConnector.Contracts.Annotations;

/// <summary>The JSON Schema of a type with its own converter; without title, description and examples, which have their own annotations.</summary>
/// <param name="json">The schema. It can refer to others by <c>#/components/schemas/</c> and the name of the type.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public sealed class SchemaAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json => json;

    /// <summary>The name of an additional schema that the type's schema refers to; <see langword="null"/> for the type's own.</summary>
    public string? Name { get; init; }
}
