namespace SalesforceConnector.Salesforce;

/// <summary>Who asks for a call, as far as it can be known for certain.</summary>
internal sealed record Caller
{
    private readonly string? _name;

    private Caller(string? name, string description) => (_name, Description) = (name, description);

    /// <summary>The caller in words, for its own problem.</summary>
    public string Description { get; }

    /// <param name="clientId">The application's client id, out of a token that the platform has verified.</param>
    public static Caller OfApplication(string clientId) => new(clientId, $"the Microsoft Entra application {clientId}");

    /// <param name="queue">The queue that the message came by. Azure says who may put messages there, and not who did.</param>
    public static Caller OfQueue(string queue) => new(queue, $"the queue {queue}");

    /// <param name="description">Why it is not known.</param>
    public static Caller Unknown(string description) => new(null, description);

    /// <summary>Whether the caller is known, and one of <paramref name="callers"/>.</summary>
    public bool IsIn(IReadOnlySet<string> callers) => _name is not null && callers.Contains(_name);
}
