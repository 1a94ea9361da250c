namespace SalesforceConnector.Contracts.Annotations;

/// <summary>A success of an operation, as the OpenAPI documents describe it. Failures are the same for all operations.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="description">What the reply says, in one sentence or two.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ReplyAttribute(int status, string description) : Attribute
{
    public int Status => status;

    public string Description => description;

    /// <summary>The form of the body; <see langword="null"/> where there is no body.</summary>
    public Type? Body { get; init; }

    /// <summary>Whether the body may also be the bytes of a file, of any type.</summary>
    public bool OrFile { get; init; }
}
