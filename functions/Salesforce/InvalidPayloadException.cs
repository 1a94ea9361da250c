namespace SalesforceConnector.Salesforce;

/// <summary>A payload cannot be used; the problem names the members and says what is allowed.</summary>
public sealed class InvalidPayloadException : ConnectorException
{
    private const int BadRequest = 400;

    /// <param name="errorCode">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="member">The member's name, with its parents': <c>authentication.token</c>.</param>
    /// <param name="complaint">What is wrong with it, completing "<c>member</c> …".</param>
    public InvalidPayloadException(string errorCode, string member, string complaint)
        : this([Complain(errorCode, member, complaint)])
    {
    }

    public InvalidPayloadException(IReadOnlyList<SalesforceError> errors)
        : base(Problem.Create(
            ProblemKind.InvalidPayload,
            BadRequest,
            errors,
            string.Join("; ", errors.Select(error => error.Message))))
    {
    }

    /// <summary>One complaint, in the form of an entry of Salesforce's error arrays.</summary>
    public static SalesforceError Complain(string errorCode, string member, string complaint) =>
        new($"{member} {complaint}", errorCode, [member]);
}
