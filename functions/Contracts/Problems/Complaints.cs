namespace SalesforceConnector.Contracts.Problems;

/// <summary>Collects validation errors: the first ones in full, and the count of the others.</summary>
internal sealed class Complaints
{
    private const int MaxErrors = 20;

    private readonly List<SalesforceError> _errors = [];
    private int _omitted;

    /// <summary>Whether further errors are only counted, so that no message needs to be composed.</summary>
    public bool IsFull => _errors.Count == MaxErrors;

    /// <summary>Counts an error without a message.</summary>
    public void Count() => _omitted++;

    /// <summary>Adds an error, unless it is already in the list.</summary>
    public void Add(SalesforceError complaint)
    {
        if (_errors.Exists(error => error.Message == complaint.Message))
        {
            return;
        }

        if (IsFull)
        {
            _omitted++;
        }
        else
        {
            _errors.Add(complaint);
        }
    }

    /// <exception cref="InvalidPayloadException">There is at least one error.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new InvalidPayloadException(_errors, _omitted);
        }
    }
}
