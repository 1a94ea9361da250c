namespace SalesforceConnector.Contracts.Annotations;

/// <summary>The texts with which users choose an operation, in the OpenAPI documents and the element template.</summary>
/// <param name="name">A name of two or three words, such as <c>Create record</c>.</param>
/// <param name="menu">A description in one line.</param>
/// <param name="keywords">Search terms.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OperationAttribute(string name, string menu, params string[] keywords) : Attribute
{
    public string Name => name;

    public string Menu => menu;

    public IReadOnlyList<string> Keywords => keywords;

    /// <summary>
    /// Whether the body over HTTP may also be a file, with the payload's members as query parameters, or a form with a file and
    /// the members as its fields.
    /// </summary>
    public bool TakesFile { get; init; }
}
