using System.Text.Json.Serialization;
using Grpc.Core;

namespace SalesforceSimulator.Events;

/// <summary>When and how a call of the Pub/Sub API fails.</summary>
public sealed record EventFault
{
    /// <summary>The method to match, such as <c>Subscribe</c>. If absent, all methods.</summary>
    public string? Method { get; init; }

    /// <summary>The topic to match, where <c>*</c> matches any text. If absent, all topics, and calls without one.</summary>
    public string? Topic { get; init; }

    /// <summary>The maximum number of calls to apply to. If absent, unlimited.</summary>
    public int? Times { get; init; }

    /// <summary>The events to deliver before a subscription fails.</summary>
    public int AfterEvents { get; init; }

    /// <summary>The delay before the fault, or before the reply of a rule without one.</summary>
    public int DelayMs { get; init; }

    /// <summary>The status of the error. <c>OK</c> ends a subscription in order.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<StatusCode>))]
    public StatusCode? Status { get; init; }

    /// <summary>The trailer <c>error-code</c>; Salesforce's prefix may be left out. Requires <see cref="Status"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The message for <see cref="ErrorCode"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Resets the connection.</summary>
    public bool Reset { get; init; }

    /// <summary>Why the rule is invalid; <see langword="null"/> if it is valid.</summary>
    internal string? Problem => this switch
    {
        { Times: < 1 } => "times must be 1 or more",
        { AfterEvents: < 0 } => "afterEvents must be 0 or more",
        { DelayMs: < 0 } => "delayMs must be 0 or more",
        { AfterEvents: > 0, Method: not "Subscribe" } => "afterEvents needs the method Subscribe",
        { Status: null or StatusCode.OK, ErrorCode: not null } => "errorCode needs the status of an error",
        { Status: StatusCode.OK, Method: not "Subscribe" } => "the status OK needs the method Subscribe",
        { Status: not null, Reset: true } => "status and reset cannot both be given",
        { Status: null, Reset: false, DelayMs: 0 } => "a rule needs one of status, reset and delayMs",
        _ => null,
    };
}
