namespace SalesforceSimulator;

/// <summary>When a request shall fail, and how. A rule that only delays lets the request go on afterwards.</summary>
public sealed record FaultRule
{
    /// <summary>The method it applies to; any when not given.</summary>
    public string? Method { get; init; }

    /// <summary>The path it applies to, not decoded; <c>*</c> stands for any text. Any path when not given.</summary>
    public string? Path { get; init; }

    /// <summary>The share of matching requests it applies to, 0 to 1; the others look at the next rule.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>How many requests it applies to at most; without end when not given.</summary>
    public int? Times { get; init; }

    /// <summary>The status to answer with.</summary>
    public int? Status { get; init; }

    /// <summary>Answers Salesforce's error array with this code. Needs <see cref="Status"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The message that goes with <see cref="ErrorCode"/>.</summary>
    public string? Message { get; init; }

    /// <summary>A body to answer as it is, instead of an error array. Needs <see cref="Status"/>.</summary>
    public string? Body { get; init; }

    /// <summary>The type of <see cref="Body"/>; when not given, JSON for what looks like JSON, else HTML.</summary>
    public string? ContentType { get; init; }

    /// <summary>Headers to answer with, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Waits this long first; after the work where <see cref="AfterExecution"/> is set.</summary>
    public int DelayMs { get; init; }

    /// <summary>Resets the connection instead of answering.</summary>
    public bool Reset { get; init; }

    /// <summary>Breaks the connection in the middle of the answer's body.</summary>
    public bool Truncate { get; init; }

    /// <summary>Does what was asked first, then fails.</summary>
    public bool AfterExecution { get; init; }

    /// <summary>What is wrong with the rule; <see langword="null"/> when nothing is.</summary>
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
