using Azure;
using Azure.Storage.Queues.Models;

namespace LocalHost;

internal static class StorageErrors
{
    /// <summary>The message is another's by now, or is gone with its queue or without: nothing to be done about it.</summary>
    public static bool IsOfNoMessage(this RequestFailedException exception) =>
        exception.ErrorCode == QueueErrorCode.PopReceiptMismatch
        || exception.ErrorCode == QueueErrorCode.MessageNotFound
        || exception.ErrorCode == QueueErrorCode.QueueNotFound
        || exception.ErrorCode == QueueErrorCode.QueueBeingDeleted
        || exception.ErrorCode == QueueErrorCode.QueueDisabled;

    /// <summary>Storage refused, or was not reached, or not in time, in several attempts.</summary>
    public static bool IsOfStorage(this Exception exception) =>
        exception is RequestFailedException or AggregateException or OperationCanceledException;
}
