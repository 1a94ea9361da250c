using SalesforceSimulator.Data;

namespace SalesforceSimulator.Events.Schemas;

/// <summary>The Avro types of values in events.</summary>
internal enum AvroType
{
    String,
    Boolean,
    Int,
    Long,
    Double,
}

/// <summary>A field of an event.</summary>
/// <param name="Doc">The schema's <c>doc</c>, which names Salesforce's own type.</param>
internal abstract record EventField(string Name, string Doc);

/// <summary>A field with one value.</summary>
/// <param name="Source">The field of the record that has the value; <see langword="null"/> if no record here has it.</param>
internal sealed record ScalarField(string Name, string Doc, AvroType Type, Field? Source) : EventField(Name, Doc)
{
    /// <summary>Whether each event has a value, so that the type is not a union with null.</summary>
    public bool Always { get; init; }
}

/// <summary>A field whose value is a record of its own, such as an address.</summary>
internal sealed record CompoundField(string Name, string Doc, string TypeName, IReadOnlyList<ScalarField> Parts) : EventField(Name, Doc);

/// <summary>Where a value is in an event.</summary>
/// <param name="Index">The position among all values.</param>
/// <param name="Position">The position of its field, or of the compound field that it is part of, in the Avro schema.</param>
/// <param name="Part">The position in the compound field; −1 outside one.</param>
internal sealed record EventValue(int Index, int Position, int Part, ScalarField Field);
