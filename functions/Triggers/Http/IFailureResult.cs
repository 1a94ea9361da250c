namespace SalesforceConnector.Triggers.Http;

/// <summary>A result that can be a failure which was not thrown: a problem, or a stored one.</summary>
internal interface IFailureResult
{
    /// <summary>The problem's error code; <see langword="null"/> for a success.</summary>
    string? ErrorCode { get; }
}
