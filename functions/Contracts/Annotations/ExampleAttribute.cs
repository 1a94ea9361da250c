namespace SalesforceConnector.Contracts.Annotations;

/// <summary>An example in the OpenAPI documents. <em>Try it out</em> sends the first example of a payload.</summary>
/// <param name="json">The value as JSON. The example of a payload must work on the sample data of the local system.</param>
/// <remarks>Further examples of a type keep their order.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ExampleAttribute(string json) : Attribute
{
    public string Json => json;
}
