namespace SalesforceConnector.Contracts.Problems;

/// <summary>The payload is not valid. The problem names the members and says what is allowed.</summary>
public sealed class InvalidPayloadException : ConnectorException
{
    private const int BadRequest = 400;
    private const int LongestMember = 200;

    /// <param name="errorCode">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="member">The member's full path: <c>authentication.token</c>.</param>
    /// <param name="complaint">What is wrong, in words that continue "<c>member</c> …".</param>
    public InvalidPayloadException(string errorCode, string member, string complaint)
        : this([Complain(errorCode, member, complaint)])
    {
    }

    /// <param name="errors">At least one error.</param>
    /// <param name="omitted">The number of further errors that are not in the list.</param>
    public InvalidPayloadException(IReadOnlyList<SalesforceError> errors, int omitted = 0)
        : base(Problem.Create(
            ProblemKind.InvalidPayload,
            BadRequest,
            errors,
            string.Join("; ", errors.Select(error => error.Message)) + (omitted > 0 ? $"; and {omitted} more" : "")))
    {
    }

    /// <summary>Creates one error, in the form of an entry of Salesforce's error arrays.</summary>
    public static SalesforceError Complain(string errorCode, string member, string complaint) =>
        member.Length <= LongestMember
            ? new($"{member} {complaint}", errorCode, [member])
            : Complain(errorCode, $"{member[..(LongestMember - 1)]}…", complaint);
}
