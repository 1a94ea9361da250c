namespace SalesforceConnector.Salesforce;

/// <summary>The authenticated caller of an operation.</summary>
internal sealed record Caller
{
    private readonly string? _name;

    private Caller(string? name, string description) => (_name, Description) = (name, description);

    /// <summary>Describes the caller in its own error messages.</summary>
    public string Description { get; }

    /// <param name="clientId">The application's client id, from a token that the platform has verified.</param>
    public static Caller OfApplication(string clientId) => new(clientId, $"the Microsoft Entra application {clientId}");

    /// <param name="queue">The queue of the message. Azure controls who may send to it, but does not report the sender.</param>
    public static Caller OfQueue(string queue) => new(queue, $"the queue {queue}");

    /// <param name="description">Why the caller is unknown.</param>
    public static Caller Unknown(string description) => new(null, description);

    /// <summary>Whether the caller is known, and one of <paramref name="callers"/>.</summary>
    public bool IsIn(IReadOnlySet<string> callers) => _name is not null && callers.Contains(_name);
}
