namespace SalesforceConnector.Triggers.Http;

/// <summary>A result that can be a failure which was not thrown: a problem, or a stored one.</summary>
internal interface IFailureResult
{
    /// <summary>The problem's error code; <see langword="null"/> for a success.</summary>
    string? ErrorCode { get; }
}

/// <summary>A reply about an operation that runs, or has run, under an id of its own.</summary>
internal interface IIdentifiedResult
{
    /// <summary>The operation's id in <c>x-correlation-id</c>, logs and traces.</summary>
    string CorrelationId { get; }
}
