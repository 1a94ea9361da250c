using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Triggers;

/// <summary>Replies of Salesforce that are stored in a blob while they are received.</summary>
internal static class StoredReply
{
    /// <param name="storeAsync">Receives and stores a reply.</param>
    /// <exception cref="ConnectorException">Storage does not take it, or the reply was incomplete.</exception>
    public static async Task<T> StoreAsync<T>(Func<Task<T>> storeAsync)
    {
        try
        {
            return await storeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw new ConnectorException(Problems.StorageUnavailable, e);
        }
        catch (Exception e) when (ReplyBody.IsBroken(e))
        {
            throw new ConnectorException(Problems.IncompleteReply, e);
        }
    }
}
