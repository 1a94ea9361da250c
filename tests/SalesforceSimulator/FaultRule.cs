namespace SalesforceSimulator;

/// <summary>When and how a request fails. A rule with only a delay does not make it fail.</summary>
public sealed record FaultRule
{
    /// <summary>The method to match. If absent, all methods.</summary>
    public string? Method { get; init; }

    /// <summary>The encoded path to match, where <c>*</c> matches any text. If absent, all paths.</summary>
    public string? Path { get; init; }

    /// <summary>The share of matching requests to apply to, 0 to 1. For the others, the next rule is evaluated.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>The maximum number of requests to apply to. If absent, unlimited.</summary>
    public int? Times { get; init; }

    /// <summary>The status of the reply.</summary>
    public int? Status { get; init; }

    /// <summary>The error code of the reply, in Salesforce's error array. Requires <see cref="Status"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The message for <see cref="ErrorCode"/>.</summary>
    public string? Message { get; init; }

    /// <summary>The body of the reply, instead of an error array. Requires <see cref="Status"/>.</summary>
    public string? Body { get; init; }

    /// <summary>The media type of <see cref="Body"/>. If absent, JSON for a body that looks like JSON, otherwise HTML.</summary>
    public string? ContentType { get; init; }

    /// <summary>Headers of the reply, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The delay before the fault; after execution with <see cref="AfterExecution"/>.</summary>
    public int DelayMs { get; init; }

    /// <summary>Resets the connection instead of replying.</summary>
    public bool Reset { get; init; }

    /// <summary>Closes the connection in the middle of the reply's body.</summary>
    public bool Truncate { get; init; }

    /// <summary>Executes the request before failing.</summary>
    public bool AfterExecution { get; init; }

    /// <summary>Why the rule is invalid; <see langword="null"/> if it is valid.</summary>
    internal string? Problem => this switch
    {
        { Rate: not (>= 0 and <= 1) } => "rate must be between 0 and 1",
        { Times: < 1 } => "times must be 1 or more",
        { Status: not null and not (>= 200 and <= 599) } => "status must be between 200 and 599",
        { DelayMs: < 0 } => "delayMs must be 0 or more",
        { Status: null, ErrorCode: not null } => "errorCode needs a status",
        { Status: null, Body: not null } => "body needs a status",
        { ErrorCode: not null, Body: not null } => "errorCode and body cannot both be given",
        { Status: null, Reset: false, Truncate: false, DelayMs: 0 } => "a rule needs one of status, reset, truncate and delayMs",
        _ => null,
    };
}
