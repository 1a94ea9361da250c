namespace SalesforceConnector.Contracts.Annotations;

/// <summary>What people choose an operation by, in the OpenAPI documents and in the menu and form of the element template.</summary>
/// <param name="name">The operation in two or three words, such as <c>Create record</c>.</param>
/// <param name="menu">What it does, in one line of a menu.</param>
/// <param name="keywords">Other words that people search for it by.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OperationAttribute(string name, string menu, params string[] keywords) : Attribute
{
    public string Name => name;

    public string Menu => menu;

    public IReadOnlyList<string> Keywords => keywords;
}
