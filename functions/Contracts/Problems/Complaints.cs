namespace SalesforceConnector.Contracts.Problems;

/// <summary>Collects validation errors: the first ones in full, and the count of the others.</summary>
internal sealed class Complaints
{
    private const int MostTold = 20;

    private readonly List<SalesforceError> _told = [];
    private int _untold;

    /// <summary>Whether further errors are only counted, so that no message needs to be composed.</summary>
    public bool IsFull => _told.Count == MostTold;

    /// <summary>Counts an error without a message.</summary>
    public void Count() => _untold++;

    /// <summary>Adds an error, unless it is already in the list.</summary>
    public void Add(SalesforceError complaint)
    {
        if (_told.Exists(told => told.Message == complaint.Message))
        {
            return;
        }

        if (IsFull)
        {
            _untold++;
        }
        else
        {
            _told.Add(complaint);
        }
    }

    /// <exception cref="InvalidPayloadException">There is at least one error.</exception>
    public void ThrowIfAny()
    {
        if (_told.Count > 0)
        {
            throw new InvalidPayloadException(_told, _untold);
        }
    }
}
