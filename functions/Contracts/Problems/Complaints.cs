namespace SalesforceConnector.Contracts.Problems;

/// <summary>What is wrong with a payload: the first complaints, and how many more there were.</summary>
internal sealed class Complaints
{
    private const int MostTold = 20;

    private readonly List<SalesforceError> _told = [];
    private int _untold;

    /// <summary>Whether one more is only counted, so that it need not be put into words.</summary>
    public bool IsFull => _told.Count == MostTold;

    /// <summary>Takes note of a complaint that need not be put into words.</summary>
    public void Count() => _untold++;

    /// <summary>Takes note of a complaint; once only, if it is one of those that are told.</summary>
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

    /// <exception cref="InvalidPayloadException">There are complaints.</exception>
    public void ThrowIfAny()
    {
        if (_told.Count > 0)
        {
            throw new InvalidPayloadException(_told, _untold);
        }
    }
}
