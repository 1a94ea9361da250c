namespace SalesforceConnector.Contracts.Annotations;

/// <summary>An example in the OpenAPI documents. <em>Try it out</em> sends a payload's first one.</summary>
/// <param name="json">The value as JSON; of a payload, one that works on the sample data of the local system.</param>
/// <remarks>More examples of a type follow in the order in which they are written.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ExampleAttribute(string json) : Attribute
{
    public string Json => json;
}
